using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>One evaluation's input. The tensors belong to whoever made them.</summary>
/// <param name="Sample">Noisy latents, [B, C, H/8, W/8], already scaled as the scheduler asks.</param>
/// <param name="Timesteps">Timesteps of the training schedule, [B] or [1], integers or fractions in [0, 1000).</param>
/// <param name="EncoderHiddenStates">Text embedding, [B, tokens, D].</param>
public sealed record UNetInput(Tensor Sample, Tensor Timesteps, Tensor EncoderHiddenStates)
{
    /// <summary>Who looks at attention probabilities; null (default) for nobody.</summary>
    public IAttentionObserver? Observer { get; init; }
}
