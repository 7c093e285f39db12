using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>How a two-dimensional convolution is computed: channels-last throughout, which oneDNN and cuDNN both prefer.</summary>
internal static class ConvolutionKernel
{
    /// <summary>Convolves with equal stride and padding in both directions.</summary>
    /// <param name="input">[B, in, H, W], any memory layout.</param>
    /// <param name="weight">[out, in, kh, kw], best in the layout of <see cref="ChannelsLast"/>.</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="stride">In pixels.</param>
    /// <param name="padding">Zeros on each side, in pixels.</param>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int stride, int padding) =>
        nn.functional.conv2d(input, weight, bias, strides: [stride, stride], padding: [padding, padding]);

    /// <summary>The same values with channels varying fastest in memory. TorchSharp has no memory_format argument; strides do it.</summary>
    /// <param name="tensor">[B, C, H, W].</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
