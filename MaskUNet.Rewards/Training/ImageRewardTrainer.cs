using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>Trains an <see cref="ImageRewardModel"/> on preferences; see <see cref="RankingTrainer"/>.</summary>
public sealed class ImageRewardTrainer : RankingTrainer
{
    private readonly ImageRewardModel model;
    private readonly BertTokenizer tokenizer;
    private readonly ClipPreprocessing preprocessing;
    private readonly IReadOnlyDictionary<string, Tensor> parameters;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The model; float32.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="comparisons">The preferences.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    public ImageRewardTrainer(ImageRewardModel model, BertTokenizer tokenizer, IComparisonDataset comparisons, TrainingOptions options)
        : base(comparisons, options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        BlipInputs.CheckFit(tokenizer, model.Config.Text, Name);
        (this.model, this.tokenizer) = (model, tokenizer);
        preprocessing = new ClipPreprocessing(model.Config.Vision.ImageSize);
        parameters = model.ScoringWeights;
    }

    /// <inheritdoc/>
    protected override string Name => "ImageReward";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => parameters;

    private protected override Tensor Prepare(RgbImage picture) => preprocessing.Apply(picture);

    private protected override Tensor Score(Tensor pixels, ComparedPairs pairs)
    {
        var (ids, mask) = BlipInputs.Encode(tokenizer, pairs.Prompts, BlipInputs.LengthFor(model.Config.Text), model.Device);
        return model.Judge(model.Look(pixels), pairs.OfPrompts(ids), pairs.OfPrompts(mask), pairs.PictureNumbers(model.Device));
    }
}
