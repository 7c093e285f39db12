using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How a linear layer is computed. On the CPU libtorch gives matrix products to MKL, which leaves AVX-512 unused on AMD, but convolutions
/// to oneDNN, which does not; so a linear layer runs there as a 1x1 convolution over a channels-last row of pixels. Views only, no copies.
/// With 256-bit vectors and few rows MKL is the faster one: oneDNN lays the weights out anew at every call, and with 4,096 inputs or more
/// keeps one thread busy. MKL in turn goes over wide results several times, so they are made part by part, each of which the caches hold.
/// </summary>
internal static class LinearKernel
{
    private const int Part = 512; // columns
    private const int Wide = 4 * Part;
    private static readonly int FewRows = WideLanes.AreSupported ? 256 : 1024;

    /// <summary>x W^T + b.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[..., out].</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var shape = input.shape;
        var rows = input.reshape(-1, shape[^1]);
        shape[^1] = weight.shape[0];
        var result = RunsAsConvolution(rows)
            ? Run(rows.view(1, -1, 1, rows.shape[1]).permute(0, 3, 1, 2), weight, bias).permute(0, 2, 3, 1)
            : Run(rows, weight, bias);
        return result.reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>The product by libtorch's operators, with their gradients.</summary>
    /// <param name="input">Rows [N, in], or pixels [B, in, H, W].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or null.</param>
    /// <returns>[N, out] or [B, out, H, W]; no view.</returns>
    public static Tensor Product(Tensor input, Tensor weight, Tensor? bias)
    {
        if (input.dim() == 2)
        {
            return GoesByParts(input, weight, bias) ? ByParts(input, weight, bias) : nn.functional.linear(input, weight, bias);
        }

        using var kernel = weight.reshape(weight.shape[0], weight.shape[1], 1, 1);
        return nn.functional.conv2d(input, kernel, bias);
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

    private static bool RunsAsConvolution(Tensor rows) => rows.device_type == DeviceType.CPU && rows.dtype switch
    {
        ScalarType.Float32 => WideLanes.AreSupported || rows.shape[0] >= FewRows,
        ScalarType.BFloat16 => true,
        _ => false,
    };

    private static bool GoesByParts(Tensor input, Tensor weight, Tensor? bias) =>
        !WideLanes.AreSupported && input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32 && weight.shape[0] >= Wide
        && !Gradients.AreRecorded(input, weight, bias);

    private static Tensor ByParts(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var result = empty([input.shape[0], weight.shape[0]], input.dtype);
        for (var first = 0L; first < weight.shape[0]; first += Part)
        {
            var columns = Math.Min(Part, weight.shape[0] - first);
            var part = result.narrow(1, first, columns);
            if (bias is not null)
            {
                part.copy_(bias.narrow(0, first, columns));
            }

            part.addmm_(input, weight.narrow(0, first, columns).t(), bias is null ? 0 : 1, 1);
        }

        return result.MoveToOuterDisposeScope();
    }

    private static Tensor Run(Tensor input, Tensor weight, Tensor? bias) =>
        FrozenLinearFunction.Fits(input, weight, bias) ? FrozenLinearFunction.Apply(input, weight, bias) : Product(input, weight, bias);
}
