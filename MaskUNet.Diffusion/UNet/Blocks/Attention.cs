using MaskUNet.Kernels;
using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>Attention over several heads: [B, tokens, C] to [B, tokens, C], to itself or to the text.</summary>
internal sealed class Attention
{
    private readonly int heads;
    private readonly bool upcast;
    private readonly MaskableLinear toQuery;
    private readonly MaskableLinear toKey;
    private readonly MaskableLinear toValue;
    private readonly MaskableLinear toOut;

    public Attention(UNetScope scope, int channels, int contextChannels, int heads, bool upcast)
    {
        (this.heads, this.upcast) = (heads, upcast);
        toQuery = new(scope["to_q"], channels, channels, bias: false);
        toKey = new(scope["to_k"], contextChannels, channels, bias: false);
        toValue = new(scope["to_v"], contextChannels, channels, bias: false);
        toOut = new(scope["to_out"][0], channels, channels);
    }

    /// <param name="input">[B, tokens, C].</param>
    /// <param name="context">What is attended to, [B, keys, D]: the input itself or the text.</param>
    /// <param name="masks">The block's masks.</param>
    public Tensor Forward(Tensor input, Tensor context, ILayerMasks masks)
    {
        using var dispose = NewDisposeScope();
        var query = toQuery.Forward(input, masks);
        var key = toKey.Forward(context, masks);
        var value = toValue.Forward(context, masks);
        var attended = upcast && query.dtype is ScalarType.Float16 or ScalarType.BFloat16
            ? AttentionKernel.Apply(query.to(float32), key.to(float32), value.to(float32), heads).to(query.dtype)
            : AttentionKernel.Apply(query, key, value, heads);
        return toOut.Forward(attended, masks).MoveToOuterDisposeScope();
    }
}
