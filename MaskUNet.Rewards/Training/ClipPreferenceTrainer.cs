using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Tunes a <see cref="ClipModel"/> on preferences, as HPSv2 and PickScore were made: the score of a picture is its cosine with the prompt
/// times the model's scale. See <see cref="RankingTrainer"/>.
/// </summary>
public sealed class ClipPreferenceTrainer : RankingTrainer
{
    private readonly ClipModel model;
    private readonly ClipTokenizer tokenizer;
    private readonly ClipPreprocessing preprocessing;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The model, which should know pictures and prompts already; float32.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="comparisons">The preferences.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    public ClipPreferenceTrainer(ClipModel model, ClipTokenizer tokenizer, IComparisonDataset comparisons, TrainingOptions options)
        : base(comparisons, options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ClipIds.CheckFit(tokenizer, model.Config.Text);
        (this.model, this.tokenizer) = (model, tokenizer);
        preprocessing = new ClipPreprocessing(model.Config.Vision.ImageSize);
    }

    /// <inheritdoc/>
    protected override string Name => "the preferences of CLIP";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => model.Weights;

    private protected override Tensor Prepare(RgbImage picture) => preprocessing.Apply(picture);

    private protected override Tensor Score(Tensor pixels, ComparedPairs pairs)
    {
        var images = pairs.OfPictures(ClipFeatures.Unit(model.ImageFeatures(pixels)));
        var texts = pairs.OfPrompts(ClipFeatures.Unit(model.TextFeatures(ClipIds.Of(tokenizer, pairs.Prompts))));
        return (images * texts).sum(-1) * model.LogitScale.clamp_max(Math.Log(ClipTrainer.MostLogitScale)).exp();
    }
}
