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
/// The model stays its owner's. Where a batch has a caption twice, both its pictures are right. With hard negatives (Yuksekgonul et al., arXiv
/// 2210.01936) each picture must tell its caption from those of the batch and from one false caption for each of them, so that the model learns
/// what belongs to what; without, knowing which words occur mostly suffices. The metrics have <c>accuracy</c>, the share of pictures that find
/// their caption.
/// </remarks>
public sealed class ClipTrainer : Trainer
{
    internal const double MostLogitScale = 100; // as the original, which found more to be unstable

    private readonly ClipModel model;
    private readonly ClipTokenizer tokenizer;
    private readonly PictureReader pictures;
    private readonly Func<string, string>? hardNegative;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The model; float32.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="pictures">Pictures of the model's size, with captions.</param>
    /// <param name="options">How to train; the larger the batch, the harder the choice.</param>
    /// <param name="hardNegative">
    /// From a caption a false one that reads like it, for instance with two colours exchanged; always the same for the same caption, so that a
    /// killed training goes on with the same numbers. Null (default) for none.
    /// </param>
    /// <exception cref="InvalidOptionException">An option is out of range, or a batch has one picture only.</exception>
    public ClipTrainer(ClipModel model, ClipTokenizer tokenizer, PictureReader pictures, TrainingOptions options, Func<string, string>? hardNegative = null)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(pictures);
        if (options.BatchSize < 2)
        {
            throw new InvalidOptionException($"{nameof(options.BatchSize)} is {options.BatchSize}; to choose among captions there must be at least 2.");
        }

        (this.model, this.tokenizer, this.pictures, this.hardNegative) = (model, tokenizer, pictures, hardNegative);
    }

    /// <inheritdoc/>
    protected override string Name => "CLIP";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => model.Weights;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Pictures"] = pictures.Dataset.Name,
        ["HardNegatives"] = hardNegative is null ? "no" : "yes",
    };

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var examples = pictures.Read(step.FirstExample, step.BatchSize);
        var images = ClipFeatures.Unit(model.ImageFeatures(ClipPixels.Normalize(cat([.. examples.Select(example => example.Picture.ToUnitTensor())]))));
        string[] own = [.. examples.Select(example => example.Caption)];
        string[] captions = hardNegative is null ? own : [.. own, .. own.Select(hardNegative)];
        var scores = images.matmul(ClipFeatures.Unit(model.TextFeatures(ClipIds.Of(tokenizer, captions))).t()) * model.LogitScale.clamp_max(Math.Log(MostLogitScale)).exp();
        var targets = Targets(own, captions).to(scores.device);
        step.Report("accuracy", (targets.gather(1, scores.argmax(1, keepdim: true)) > 0).to(ScalarType.Float32).mean().item<float>());
        var pictureOf = Targets(own, own).to(scores.device); // no picture belongs to a false caption
        return (CrossEntropy(scores, targets) + CrossEntropy(scores.narrow(1, 0, own.Length).t(), pictureOf)) / 2;
    }

    /// <summary>What each picture must find: its caption, or all that read the same, in equal shares; [pictures, captions].</summary>
    private static Tensor Targets(string[] own, string[] captions)
    {
        float[] same = [.. own.SelectMany(_ => captions, (mine, caption) => mine == caption ? 1f : 0)];
        var equal = tensor(same, [own.Length, captions.Length]);
        return equal / equal.sum(1, keepdim: true);
    }

    private static Tensor CrossEntropy(Tensor scores, Tensor targets) => -(targets * nn.functional.log_softmax(scores, 1)).sum(1).mean();
}
