using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Turns latents into pictures. Safe to call from several threads at once.</summary>
public interface ILatentDecoder : IDisposable
{
    /// <summary>Latents are divided by this before they are decoded; 0.18215 for Stable Diffusion 1.x and 2.x.</summary>
    double ScalingFactor { get; }

    /// <summary>How many pixels a latent covers in each direction; 8 for Stable Diffusion.</summary>
    int DownscaleFactor { get; }

    /// <summary>Decodes latents, differentiably if the calling thread records gradients.</summary>
    /// <param name="latents">Unscaled latents, [B, C, H/8, W/8]: the sample divided by <see cref="ScalingFactor"/>.</param>
    /// <returns>Pictures, [B, 3, H, W], about [-1, 1] and not clamped; the caller owns them.</returns>
    Tensor Decode(Tensor latents);

    /// <summary>
    /// The same in stages, each of which takes the result of the one before, the first one the latents. Whoever differentiates can then
    /// keep the stages' inputs alone and compute the rest again, a stage at a time. By default there is one stage.
    /// </summary>
    /// <remarks>A stage leaves its input alone, records gradients if the calling thread does, and gives a tensor that the caller owns.</remarks>
    IReadOnlyList<Func<Tensor, Tensor>> Stages => [Decode];
}
