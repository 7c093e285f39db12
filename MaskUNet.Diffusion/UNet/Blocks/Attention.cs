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
    private readonly string name;
    private readonly MaskableLinear toQuery;
    private readonly MaskableLinear toKey;
    private readonly MaskableLinear toValue;
    private readonly MaskableLinear toOut;

    public Attention(UNetScope scope, int channels, int contextChannels, int heads, bool upcast)
    {
        (this.heads, this.upcast, name) = (heads, upcast, scope.Weights.Path);
        toQuery = new(scope["to_q"], channels, channels, bias: false);
        toKey = new(scope["to_k"], contextChannels, channels, bias: false);
        toValue = new(scope["to_v"], contextChannels, channels, bias: false);
        toOut = new(scope["to_out"][0], channels, channels);
    }

    /// <param name="input">[B, tokens, C].</param>
    /// <param name="context">What is attended to, [B, keys, D]: the input itself or the text.</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor Forward(Tensor input, Tensor context, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var query = toQuery.Forward(input, call);
        var key = toKey.Forward(context, call);
        var value = toValue.Forward(context, call);
        if (call.Observer?.Wants(name) == true)
        {
            return toOut.Forward(AttendObserved(query, key, value, call.Observer), call).MoveToOuterDisposeScope();
        }

        var attended = upcast && query.dtype is ScalarType.Float16 or ScalarType.BFloat16
            ? AttentionKernel.Apply(query.to(float32), key.to(float32), value.to(float32), heads).to(query.dtype)
            : AttentionKernel.Apply(query, key, value, heads);
        return toOut.Forward(attended, call).MoveToOuterDisposeScope();
    }

    private Tensor AttendObserved(Tensor query, Tensor key, Tensor value, IAttentionObserver observer)
    {
        using var dispose = NewDisposeScope();
        var (q, k, v) = (AttentionKernel.Split(query, heads), AttentionKernel.Split(key, heads), AttentionKernel.Split(value, heads));
        var scores = q.matmul(k.transpose(-2, -1)) / Math.Sqrt(q.shape[^1]);
        var probabilities = nn.functional.softmax(scores, dim: -1);
        observer.Observe(name, probabilities.flatten(0, 1));
        return probabilities.matmul(v).transpose(1, 2).reshape(query.shape).MoveToOuterDisposeScope();
    }
}
