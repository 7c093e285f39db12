using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How scaled dot-product attention over several heads is computed: libtorch's own way with gradients, on GPUs and in other types than
/// float32; otherwise <see cref="FusedAttention"/>, since libtorch's products would go to MKL (see <see cref="LinearKernel"/>).
/// </summary>
internal static class AttentionKernel
{
    /// <summary>softmax(q k^T / sqrt(d)) v, head by head.</summary>
    /// <param name="query">[B, queries, heads * d].</param>
    /// <param name="key">[B, keys, heads * d].</param>
    /// <param name="value">[B, keys, heads * d].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="causal">True where a query sees only keys up to its own position.</param>
    /// <param name="mask">True where a key may be seen, bool [B, 1, 1, keys]; null for everywhere. Not together with <paramref name="causal"/>.</param>
    /// <returns>[B, queries, heads * d].</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value, int heads, bool causal = false, Tensor? mask = null)
    {
        if (MetaDevice.Holds(query, key, value))
        {
            return empty_like(query);
        }

        if (!causal && mask is null && !Gradients.AreRecorded(query, key, value) && FusedAttention.Fits(query, key, heads))
        {
            return FusedAttention.Apply(query, key, value, heads);
        }

        using var scope = NewDisposeScope();
        var (q, k, v) = (Split(query, heads), Split(key, heads), Split(value, heads));
        var result = nn.functional.scaled_dot_product_attention(q, k, v, mask, is_casual: causal);
        return result.transpose(1, 2).reshape(query.shape).MoveToOuterDisposeScope();
    }

    /// <summary>[B, tokens, heads * d] to [B, heads, tokens, d].</summary>
    public static Tensor Split(Tensor tensor, int heads)
    {
        var shape = tensor.shape;
        return tensor.view(shape[0], shape[1], heads, shape[2] / heads).transpose(1, 2);
    }
}
