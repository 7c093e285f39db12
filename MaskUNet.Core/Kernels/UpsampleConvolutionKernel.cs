using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Nearest-neighbour upsampling by two and the 3x3 convolution after it, as one transposed convolution. Each group of equal pixels meets
/// sums of neighbouring weights, so a 4x4 kernel over the small picture does with 16 products a pixel what 3x3 over the large one does
/// with 36, and the upsampled picture is never made.
/// </summary>
internal static class UpsampleConvolutionKernel
{
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

        using var scope = NewDisposeScope();
        var sums = nn.functional.avg_pool2d(weight.flip(2, 3).transpose(0, 1), 2, 1, padding: 1, divisor_override: 1);
        return nn.functional.conv_transpose2d(input, sums, bias, strides: [2, 2], padding: [1, 1]).MoveToOuterDisposeScope();
    }
}
