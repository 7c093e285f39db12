using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How a two-dimensional convolution is computed: channels-last throughout, which oneDNN and cuDNN both prefer. Where the
/// weights are frozen, a 3x3 convolution on the CPU is <see cref="WinogradFunction"/>, and with gradients one of single pixels
/// <see cref="FrozenLinearFunction"/>.
/// </summary>
internal static class ConvolutionKernel
{
    /// <summary>Convolves with equal stride and padding in both directions.</summary>
    /// <param name="input">[B, in, H, W], any memory layout.</param>
    /// <param name="weight">[out, in, kh, kw], best in the layout of <see cref="ChannelsLast"/>.</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="stride">In pixels.</param>
    /// <param name="padding">Zeros on each side, in pixels.</param>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int stride = 1, int padding = 0)
    {
        if (MetaDevice.Holds(input, weight, bias))
        {
            return Shape(input, weight.shape[0], size => ((size + (2 * padding) - weight.shape[2]) / stride) + 1);
        }

        return (stride, padding) switch
        {
            (1, 1) when WinogradFunction.Pays(input, weight, bias) => WinogradFunction.Convolve(input, weight, bias),
            (1, 0) when weight.shape[2] * weight.shape[3] == 1 && FrozenLinearFunction.Fits(input, weight, bias) => OfPixels(input, weight, bias),
            _ => nn.functional.conv2d(input, weight, bias, strides: [stride, stride], padding: [padding, padding]),
        };
    }

    /// <summary>Normalises, applies SiLU, and convolves with stride and padding 1: in one where that is faster.</summary>
    /// <param name="norm">The normalisation.</param>
    /// <param name="input">[B, in, H, W], any memory layout.</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <param name="bias">[out] or null.</param>
    public static Tensor ApplyNormalised(NormConvolutionSettings norm, Tensor input, Tensor weight, Tensor? bias) =>
        NormConvolutionFunction.Pays(norm, input, weight, bias)
            ? NormConvolutionFunction.Apply(norm, input, weight, bias)
            : GroupNormKernel.Apply(input, norm.Norm.Groups, norm.Weight, norm.Bias, norm.Norm.Eps, silu: true).Then(values => Apply(values, weight, bias, padding: 1));

    private static Tensor OfPixels(Tensor input, Tensor weight, Tensor? bias)
    {
        using var matrix = weight.view(weight.shape[0], -1);
        return FrozenLinearFunction.Apply(input, matrix, bias);
    }

    /// <summary>What a convolution gives on the meta device.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="channels">The output's.</param>
    /// <param name="size">From height or width to the output's.</param>
    public static Tensor Shape(Tensor input, long channels, Func<long, long> size)
    {
        var shape = input.shape;
        return empty([shape[0], channels, size(shape[2]), size(shape[3])], input.dtype, META);
    }

    /// <summary>The same values with channels varying fastest in memory. TorchSharp has no memory_format argument; strides do it.</summary>
    /// <param name="tensor">[B, C, H, W].</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
