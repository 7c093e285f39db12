using MaskUNet.Rewards.Clip;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Trains a <see cref="ClipModel"/> on pictures with captions, by the symmetric contrastive loss of CLIP (Radford et al., arXiv 2103.00020,
/// figure 3): of a batch's captions, each picture must find its own, and each caption its picture.
/// </summary>
/// <remarks>
/// The model stays its owner's. Where a batch has a caption twice, both its pictures are right. The metrics have <c>accuracy</c>, the share of
/// pictures that find their caption in the batch.
/// </remarks>
public sealed class ClipTrainer : Trainer
{
    private const double MostLogitScale = 100; // as the original, which found more to be unstable

    private readonly ClipModel model;
    private readonly ClipTokenizer tokenizer;
    private readonly PictureReader pictures;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The model; float32.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="pictures">Pictures of the model's size, with captions.</param>
    /// <param name="options">How to train; the larger the batch, the harder the choice.</param>
    /// <exception cref="InvalidOptionException">An option is out of range, or a batch has one picture only.</exception>
    public ClipTrainer(ClipModel model, ClipTokenizer tokenizer, PictureReader pictures, TrainingOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(pictures);
        if (options.BatchSize < 2)
        {
            throw new InvalidOptionException($"{nameof(options.BatchSize)} is {options.BatchSize}; to choose among captions there must be at least 2.");
        }

        (this.model, this.tokenizer, this.pictures) = (model, tokenizer, pictures);
    }

    /// <inheritdoc/>
    protected override string Name => "CLIP";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => model.Weights;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Pictures"] = pictures.Dataset.Name };

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var examples = pictures.Read(step.FirstExample, step.BatchSize);
        var images = Unit(model.ImageFeatures(ClipPixels.Normalize(cat([.. examples.Select(example => example.Picture.ToUnitTensor())]))));
        var texts = Unit(model.TextFeatures(Tokens(examples)));
        var scores = images.matmul(texts.t()) * model.LogitScale.clamp_max(Math.Log(MostLogitScale)).exp();
        var targets = Targets(examples).to(scores.device);
        step.Report("accuracy", (targets.gather(1, scores.argmax(1, keepdim: true)) > 0).to(ScalarType.Float32).mean().item<float>());
        return (CrossEntropy(scores, targets) + CrossEntropy(scores.t(), targets)) / 2;
    }

    private Tensor Tokens(IReadOnlyList<CaptionedPicture> examples) => tensor(
        examples.SelectMany(example => tokenizer.EncodePadded(example.Caption).Ids).ToArray(), [examples.Count, tokenizer.MaxLength], dtype: ScalarType.Int64);

    /// <summary>What each picture must find: its caption, or all that read the same, in equal shares; symmetric, [B, B].</summary>
    private static Tensor Targets(IReadOnlyList<CaptionedPicture> examples)
    {
        var count = examples.Count;
        var same = new float[count * count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                same[(i * count) + j] = examples[i].Caption == examples[j].Caption ? 1 : 0;
            }
        }

        var equal = tensor(same, [count, count]);
        return equal / equal.sum(1, keepdim: true);
    }

    private static Tensor CrossEntropy(Tensor scores, Tensor targets) => -(targets * nn.functional.log_softmax(scores, 1)).sum(1).mean();

    private static Tensor Unit(Tensor features) => features / features.norm(1, keepdim: true);
}
