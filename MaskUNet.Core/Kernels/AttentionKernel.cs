using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How scaled dot-product attention over several heads is computed. On the CPU its products would go to MKL (see
/// <see cref="LinearKernel"/>); over many tokens, without gradients, they run as 1x1 convolutions instead, head by head and a chunk of
/// queries at a time, so that the matrix of all queries and keys never exists.
/// </summary>
internal static class AttentionKernel
{
    private const long ManyTokens = 1024;
    private const long Chunk = 1024;

    /// <summary>softmax(q k^T / sqrt(d)) v, head by head.</summary>
    /// <param name="query">[B, queries, heads * d].</param>
    /// <param name="key">[B, keys, heads * d].</param>
    /// <param name="value">[B, keys, heads * d].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="causal">True where a query sees only keys up to its own position.</param>
    /// <returns>[B, queries, heads * d].</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value, int heads, bool causal = false)
    {
        if (MetaDevice.Holds(query, key, value))
        {
            return empty_like(query);
        }

        if (!causal && RunsInChunks(query, key, value))
        {
            return InChunks(query, key, value, heads);
        }

        using var scope = NewDisposeScope();
        var (q, k, v) = (Split(query, heads), Split(key, heads), Split(value, heads));
        var result = nn.functional.scaled_dot_product_attention(q, k, v, is_casual: causal);
        return result.transpose(1, 2).reshape(query.shape).MoveToOuterDisposeScope();
    }

    /// <summary>[B, tokens, heads * d] to [B, heads, tokens, d].</summary>
    public static Tensor Split(Tensor tensor, int heads)
    {
        var shape = tensor.shape;
        return tensor.view(shape[0], shape[1], heads, shape[2] / heads).transpose(1, 2);
    }

    private static bool RunsInChunks(Tensor query, Tensor key, Tensor value) =>
        query.device_type == DeviceType.CPU && query.dtype == ScalarType.Float32
        && query.shape[1] >= ManyTokens && key.shape[1] >= ManyTokens
        && !(is_grad_enabled() && (query.requires_grad || key.requires_grad || value.requires_grad));

    private static Tensor InChunks(Tensor query, Tensor key, Tensor value, int heads)
    {
        using var scope = NewDisposeScope();
        var output = empty_like(query);
        var width = query.shape[2] / heads;
        for (long sample = 0; sample < query.shape[0]; sample++)
        {
            for (var head = 0; head < heads; head++)
            {
                using var inner = NewDisposeScope();
                Tensor Part(Tensor whole) => whole.select(0, sample).narrow(1, head * width, width);

                var scaled = Part(query) / Math.Sqrt(width);
                var keys = Part(key).contiguous();
                var values = Part(value).t().contiguous();
                for (long first = 0; first < query.shape[1]; first += Chunk)
                {
                    using var chunk = NewDisposeScope();
                    var count = Math.Min(Chunk, query.shape[1] - first);
                    var probabilities = nn.functional.softmax(LinearKernel.Apply(scaled.narrow(0, first, count), keys, null), dim: 1);
                    Part(output).narrow(0, first, count).copy_(LinearKernel.Apply(probabilities, values, null));
                }
            }
        }

        return output.MoveToOuterDisposeScope();
    }
}
