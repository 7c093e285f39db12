using MaskUNet.Layers;
using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>Self-attention, cross-attention to the text, feed-forward; each after a layer norm and added to its input.</summary>
internal sealed class BasicTransformerBlock(UNetScope scope, UNet2DConditionConfig config, int channels, int heads)
{
    private readonly LayerNorm norm1 = new(scope.Weights["norm1"], channels);
    private readonly Attention attn1 = new(scope["attn1"], channels, channels, heads, config.UpcastAttention);
    private readonly LayerNorm norm2 = new(scope.Weights["norm2"], channels);
    private readonly Attention attn2 = new(scope["attn2"], channels, config.CrossAttentionDim, heads, config.UpcastAttention);
    private readonly LayerNorm norm3 = new(scope.Weights["norm3"], channels);
    private readonly FeedForward feedForward = new(scope["ff"], channels);

    internal FeedForward FeedForward => feedForward;

    /// <param name="input">[B, tokens, C].</param>
    /// <param name="text">[B, text tokens, D].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor Forward(Tensor input, Tensor text, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var normed = norm1.Forward(input);
        var hidden = attn1.Forward(normed, normed, call).add_(input);
        hidden = attn2.Forward(norm2.Forward(hidden), text, call).add_(hidden);
        hidden = feedForward.Forward(norm3.Forward(hidden), call).add_(hidden);
        return hidden.MoveToOuterDisposeScope();
    }
}
