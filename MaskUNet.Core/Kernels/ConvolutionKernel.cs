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
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int stride = 1, int padding = 0) => input.device_type == DeviceType.META
        ? OnMeta(input, weight, bias, stride, padding)
        : nn.functional.conv2d(input, weight, bias, strides: [stride, stride], padding: [padding, padding]);

    /// <summary>The same values with channels varying fastest in memory. TorchSharp has no memory_format argument; strides do it.</summary>
    /// <param name="tensor">[B, C, H, W].</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    // libtorch has no convolution for the meta device. The product over channels stands in, so that a stray tensor is still noticed.
    private static Tensor OnMeta(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var (kernelHeight, kernelWidth) = (weight.shape[2], weight.shape[3]);
        var size = (Height: ((input.shape[2] + (2 * padding) - kernelHeight) / stride) + 1, Width: ((input.shape[3] + (2 * padding) - kernelWidth) / stride) + 1);
        var row = input.permute(0, 2, 3, 1).matmul(weight.select(3, 0).select(2, 0).t());
        row = bias is null ? row : row + bias;
        return row.select(2, 0).select(1, 0).view(input.shape[0], weight.shape[0], 1, 1)
            .expand(-1, -1, size.Height, size.Width).clone().MoveToOuterDisposeScope();
    }
}
