using MaskUNet.Images;
using TorchSharp;
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

    /// <summary>Scores pictures of bytes. By default each as a tensor; models whose original resizes bytes do it that way.</summary>
    /// <param name="images">The pictures, of any sizes.</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <returns>Scores, [B], float32; higher is better. The caller owns the tensor.</returns>
    /// <exception cref="InvalidOptionException">There is no picture, or there are not as many prompts.</exception>
    Tensor Score(IReadOnlyList<RgbImage> images, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(prompts);
        if (images.Count == 0 || images.Count != prompts.Count)
        {
            throw new InvalidOptionException($"{Name} was given {images.Count} pictures and {prompts.Count} prompts: give at least one picture, and one prompt each.");
        }

        using var scope = NewDisposeScope();
        return cat([.. images.Zip(prompts, (image, prompt) => Score(image.ToUnitTensor(), [prompt]))]).MoveToOuterDisposeScope();
    }

    /// <summary>What a user should know of these prompts, a sentence each, such as words beyond the model's limit, which do not count; nothing by default.</summary>
    /// <param name="prompts">The prompts.</param>
    IReadOnlyList<string> Warnings(IReadOnlyList<string> prompts) => [];
}
