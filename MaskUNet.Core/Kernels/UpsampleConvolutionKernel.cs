using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Nearest-neighbour upsampling by two and the 3x3 convolution after it, at once. Every second pixel of the result, in each direction,
/// sees groups of equal pixels, which meet sums of neighbouring weights: a 2x2 convolution of the small picture. Four of those do with
/// 16 products a pixel what 3x3 over the large picture does with 36, and the upsampled picture is never made. With frozen
/// weights <see cref="WinogradFunction"/> does it with 9.
/// </summary>
internal static class UpsampleConvolutionKernel
{
    private const long FewPixels = 128; // the sums cost more than they save

    /// <summary>Upsamples and convolves.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">The 3x3 convolution's, [out, in, 3, 3].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[B, out, 2H, 2W].</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        if (MetaDevice.Holds(input, weight, bias))
        {
            return ConvolutionKernel.Shape(input, weight.shape[0], size => 2 * size);
        }

        if (WinogradFunction.Pays(input, weight, bias, scale: 2))
        {
            return WinogradFunction.Convolve(input, weight, bias, scale: 2);
        }

        return input.device_type == DeviceType.CPU && input.shape[2] * input.shape[3] >= FewPixels
            ? InFourParts(input, weight, bias)
            : InTwoSteps(input, weight, bias);
    }

    private static Tensor InTwoSteps(Tensor input, Tensor weight, Tensor? bias)
    {
        using var larger = nn.functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return ConvolutionKernel.Apply(larger, weight, bias, padding: 1);
    }

    private static Tensor InFourParts(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var (batch, height, width) = (input.shape[0], input.shape[2], input.shape[3]);
        var output = empty([batch, 2 * height, 2 * width, weight.shape[0]], input.dtype, input.device).permute(0, 3, 1, 2);
        for (var row = 0; row < 2; row++)
        {
            var rowSums = Sums(weight, dim: 2, row);
            for (var column = 0; column < 2; column++)
            {
                using var part = NewDisposeScope();
                var convolved = ConvolutionKernel.Apply(input, Sums(rowSums, dim: 3, column), bias, padding: 1);
                output.slice(2, row, 2 * height, 2).slice(3, column, 2 * width, 2)
                    .copy_(convolved.narrow(2, row, height).narrow(3, column, width));
            }
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <summary>The two weights that the pixels of even or of odd position meet, where the second or the first two see the same pixel.</summary>
    private static Tensor Sums(Tensor weight, int dim, int position)
    {
        using var scope = NewDisposeScope();
        var both = weight.narrow(dim, 1 - position, 1) + weight.narrow(dim, 2 - position, 1);
        return (position == 0 ? cat([weight.narrow(dim, 0, 1), both], dim) : cat([both, weight.narrow(dim, 2, 1)], dim)).MoveToOuterDisposeScope();
    }
}
