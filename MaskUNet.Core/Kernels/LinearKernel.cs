using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How a linear layer is computed. On the CPU libtorch gives matrix products to MKL, which leaves AVX-512 unused on AMD, but convolutions
/// to oneDNN, which does not; so a linear layer runs there as a 1x1 convolution over a channels-last row of pixels. Views only, no copies.
/// </summary>
internal static class LinearKernel
{
    private const int FewRows = 256;

    /// <summary>x W^T + b.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[..., out].</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        if (!RunsAsConvolution(input))
        {
            return nn.functional.linear(input, weight, bias);
        }

        using var scope = NewDisposeScope();
        var shape = input.shape;
        var (outer, inner) = (weight.shape[0], weight.shape[1]);
        var pixels = input.reshape(1, -1, 1, inner).permute(0, 3, 1, 2);
        var result = ConvolutionKernel.Apply(pixels, weight.view(outer, inner, 1, 1), bias);
        shape[^1] = outer;
        return result.permute(0, 2, 3, 1).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>One weight a sample.</summary>
    /// <remarks>With few rows the last bits are others than those of <see cref="Apply"/> with the batch and one weight.</remarks>
    /// <param name="input">[B, ..., in].</param>
    /// <param name="weights">[B, out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[B, ..., out].</returns>
    public static Tensor ApplyPerSample(Tensor input, Tensor weights, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var batch = input.shape[0];
        if (!HasFewRows(input))
        {
            return stack([.. Enumerable.Range(0, (int)batch).Select(i => Apply(input[i], weights[i], bias))]).MoveToOuterDisposeScope();
        }

        var product = input.reshape(batch, -1, input.shape[^1]).bmm(weights.transpose(1, 2));
        return (bias is null ? product : product + bias).reshape([.. input.shape[..^1], weights.shape[1]]).MoveToOuterDisposeScope();
    }

    /// <summary>Whether each sample has so few rows that it is not worth a product of its own.</summary>
    /// <param name="input">[B, ..., in].</param>
    public static bool HasFewRows(Tensor input) => input.numel() < FewRows * input.shape[0] * input.shape[^1];

    private static bool RunsAsConvolution(Tensor input) =>
        input.device_type == DeviceType.CPU && input.dtype is ScalarType.Float32 or ScalarType.BFloat16;
}
