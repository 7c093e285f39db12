using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>A reward that follows from the cosine of a picture's and a prompt's features by a CLIP model.</summary>
/// <remarks>
/// Safe to call from several threads at once. It takes the model over: freezes its weights, and frees them when disposed. The features of
/// the latest prompts are kept, so a prompt that comes again costs nothing.
/// </remarks>
public abstract class ClipReward : IRewardModel
{
    private const int KeptPrompts = 128;

    private readonly ClipModel model;
    private readonly TextFeatureCache texts = new(KeptPrompts);

    private protected ClipReward(ClipModel model, ClipTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ClipIds.CheckFit(tokenizer, model.Config.Text);
        this.model = model;
        Tokenizer = tokenizer;
        foreach (var weight in model.Weights.Values)
        {
            weight.requires_grad_(false);
        }
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    private protected ClipTokenizer Tokenizer { get; }

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
        return ScorePixels(pixels, prompts).MoveToOuterDisposeScope();
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
        return ScorePixels(cat([.. images.Select(Preprocess)]), prompts).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model.</summary>
    /// <param name="disposing">False only when a finalizer calls, which no class of this library has.</param>
    protected virtual void Dispose(bool disposing)
    {
        texts.Dispose();
        model.Dispose();
    }

    /// <summary>A prompt's ids at the model's length.</summary>
    private protected virtual IReadOnlyList<long> Tokenize(string prompt) => Tokenizer.EncodePadded(prompt).Ids;

    /// <summary>[B, 3, H, W] in [0, 1] to the model's pixels, differentiably.</summary>
    private protected abstract Tensor Preprocess(Tensor images);

    /// <summary>A picture to the model's pixels, [1, 3, S, S].</summary>
    private protected abstract Tensor Preprocess(RgbImage image);

    /// <summary>Cosines to scores, [B] to [B].</summary>
    private protected abstract Tensor Scale(Tensor cosines, ClipModel model);

    private Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var pictures = Unit(model.ImageFeatures(pixels));
        var words = stack([.. prompts.Select(prompt => texts.Get(prompt, TextFeatures))]);
        var scores = Scale((pictures * words).sum(-1), model).to(float32);
        FiniteCheck.Check(scores, Name, "as a score", "Check that the pictures and the checkpoint are whole.");
        return scores.MoveToOuterDisposeScope();
    }

    // One prompt at a time, so that its features do not depend on what else is scored.
    private Tensor TextFeatures(string prompt)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var ids = tensor([.. Tokenize(prompt)], [1, Tokenizer.MaxLength], dtype: int64, device: model.LogitScale.device);
        return Unit(model.TextFeatures(ids)).squeeze(0).MoveToOuterDisposeScope();
    }

    private void CheckPrompts(IReadOnlyList<string> prompts, long pictures)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (pictures < 1 || prompts.Count != pictures || prompts.Any(prompt => prompt is null))
        {
            throw new InvalidOptionException($"{Name} was given {pictures} pictures and {prompts.Count} prompts: give at least one picture, and one prompt each.");
        }
    }

    private static Tensor Unit(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (features / features.norm(dim: -1, keepdim: true)).MoveToOuterDisposeScope();
    }
}
