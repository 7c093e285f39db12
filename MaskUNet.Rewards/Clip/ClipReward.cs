using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>A reward that follows from the cosine of a picture's and a prompt's features by a CLIP model.</summary>
/// <remarks>The features of the latest prompts are kept, so a prompt that comes again costs nothing.</remarks>
public abstract class ClipReward : RewardModel
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
        Freeze(model.Weights.Values);
    }

    private protected ClipTokenizer Tokenizer { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        texts.Dispose();
        model.Dispose();
    }

    /// <summary>A prompt's ids at the model's length.</summary>
    private protected virtual IReadOnlyList<long> Tokenize(string prompt) => Tokenizer.EncodePadded(prompt).Ids;

    /// <summary>Cosines to scores, [B] to [B].</summary>
    private protected abstract Tensor Scale(Tensor cosines, ClipModel model);

    private protected override string Dropped(string prompt) => Tokenizer.EncodePadded(prompt).Dropped;

    private protected override Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var pictures = ClipFeatures.Unit(model.ImageFeatures(pixels));
        var words = stack([.. prompts.Select(prompt => texts.Get(prompt, TextFeatures))]);
        return Scale((pictures * words).sum(-1), model).MoveToOuterDisposeScope();
    }

    // One prompt at a time, so that its features do not depend on what else is scored.
    private Tensor TextFeatures(string prompt)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var ids = tensor([.. Tokenize(prompt)], [1, Tokenizer.MaxLength], dtype: int64, device: model.LogitScale.device);
        return ClipFeatures.Unit(model.TextFeatures(ids)).squeeze(0).MoveToOuterDisposeScope();
    }
}
