using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>
/// What the encoder half (input convolution, down blocks, middle block) gives the decoder half. One encoding serves any number of
/// decodings under different masks, since masks of the decoder half do not change it.
/// </summary>
/// <param name="Hidden">The middle block's output, [B, C, h, w].</param>
/// <param name="Skips">The outputs kept for the up blocks, in the order in which they were made.</param>
/// <param name="TimeEmbedding">The time embedding before its activation, [B, 4C].</param>
/// <param name="EncoderHiddenStates">The text embedding that the decoder attends to, [B, tokens, D].</param>
public sealed record UNetFeatures(Tensor Hidden, IReadOnlyList<Tensor> Skips, Tensor TimeEmbedding, Tensor EncoderHiddenStates)
{
    /// <summary>Who looks at the decoder half's attention probabilities; null (default) for nobody.</summary>
    public IAttentionObserver? Observer { get; init; }

    /// <summary>All tensors, for moving them between dispose scopes.</summary>
    public IEnumerable<Tensor> Tensors => [Hidden, .. Skips, TimeEmbedding];
}
