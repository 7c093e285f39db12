using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>
/// A differentiable score of pictures for prompts. Safe to call from several threads at once; its weights are frozen and never get
/// gradients.
/// </summary>
public interface IRewardModel : IDisposable
{
    /// <summary>What reports call it: <c>ImageReward</c>.</summary>
    string Name { get; }

    /// <summary>Scores pictures, differentiably in the pictures if the calling thread records gradients.</summary>
    /// <param name="images">Pictures, [B, 3, H, W] in [0, 1]; the model's own preprocessing is part of the call.</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <returns>Scores, [B], float32; higher is better. The caller owns the tensor.</returns>
    Tensor Score(Tensor images, IReadOnlyList<string> prompts);
}
