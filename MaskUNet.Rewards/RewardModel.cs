using MaskUNet.Images;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>What the rewards of this package share: they check what they are given, prepare pictures as their original does, and refuse to give NaN.</summary>
/// <remarks>
/// Safe to call from several threads at once. A reward takes its model over: freezes the weights, and frees them when disposed.
/// </remarks>
public abstract class RewardModel : IRewardModel
{
    private protected RewardModel()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The pictures have another shape, or there are not as many prompts.</exception>
    /// <exception cref="NumericalException">A score is NaN or infinite, as it is when the pictures hold such values.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor Score(Tensor images, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [var count, 3, > 0, > 0])
        {
            throw new InvalidOptionException($"{Name} was given pictures [{string.Join(", ", images.shape)}]: give [B, 3, H, W] in [0, 1].");
        }

        CheckPrompts(prompts, count);
        using var scope = NewDisposeScope();
        // Half precision is too coarse to resize in.
        var pixels = Preprocess(images.dtype is ScalarType.Float64 ? images : images.to(float32));
        return Finite(ScorePixels(pixels, prompts)).MoveToOuterDisposeScope();
    }

    /// <summary>Scores pictures of bytes as the reference implementation does, Pillow's rounding included.</summary>
    /// <param name="images">The pictures, of any sizes.</param>
    /// <param name="prompts">One prompt a picture.</param>
    /// <returns>Scores, [B], float32; higher is better. The caller owns the tensor.</returns>
    /// <exception cref="InvalidOptionException">There is no picture, or there are not as many prompts.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor Score(IReadOnlyList<RgbImage> images, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Any(image => image is null))
        {
            throw new InvalidOptionException($"{Name} was given a picture that is null.");
        }

        CheckPrompts(prompts, images.Count);
        using var scope = NewDisposeScope();
        return Finite(ScorePixels(cat([.. images.Select(Preprocess)]), prompts)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return [.. prompts.Distinct().Select(Dropped).Where(dropped => dropped.Length > 0)
            .Select(dropped => $"The prompt is longer than {Name} reads; this was dropped: '{dropped}'")];
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model.</summary>
    /// <param name="disposing">False only when a finalizer calls, which no class of this library has.</param>
    protected abstract void Dispose(bool disposing);

    /// <summary>[B, 3, H, W] in [0, 1] to the model's pixels, differentiably.</summary>
    private protected abstract Tensor Preprocess(Tensor images);

    /// <summary>A picture to the model's pixels, [1, 3, S, S].</summary>
    private protected abstract Tensor Preprocess(RgbImage image);

    /// <summary>The model's pixels to scores, [B].</summary>
    private protected abstract Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts);

    /// <summary>The end of a prompt that the model does not see, or an empty string.</summary>
    private protected abstract string Dropped(string prompt);

    /// <summary>A model's weights without gradients, even where they were trained.</summary>
    private protected static void Freeze(IEnumerable<Tensor> weights)
    {
        foreach (var weight in weights)
        {
            weight.requires_grad_(false);
        }
    }

    private Tensor Finite(Tensor scores)
    {
        var single = scores.to(float32);
        FiniteCheck.Check(single, Name, "as a score", "Check that the pictures and the checkpoint are whole.");
        return single;
    }

    private void CheckPrompts(IReadOnlyList<string> prompts, long pictures)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (pictures < 1 || prompts.Count != pictures || prompts.Any(prompt => prompt is null))
        {
            throw new InvalidOptionException($"{Name} was given {pictures} pictures and {prompts.Count} prompts: give at least one picture, and one prompt each.");
        }
    }
}
