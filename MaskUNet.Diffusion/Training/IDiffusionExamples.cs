using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>Latents with text states, as a denoiser is trained on them.</summary>
/// <remarks>For the thread that trains.</remarks>
public interface IDiffusionExamples
{
    /// <summary>What messages and checkpoints call them.</summary>
    string Name { get; }

    /// <summary>The examples of a batch.</summary>
    /// <param name="step">Says which, and gives the random numbers.</param>
    /// <param name="captionDropout">The share whose caption is replaced by the empty one.</param>
    /// <returns>In the caller's scope.</returns>
    DiffusionBatch Draw(TrainingStep step, double captionDropout);
}

/// <summary>A batch of <see cref="IDiffusionExamples"/>.</summary>
/// <param name="Latents">Clean latents, scaled as the model expects them, [B, C, h, w].</param>
/// <param name="TextStates">[B, tokens, D].</param>
public sealed record DiffusionBatch(Tensor Latents, Tensor TextStates);
