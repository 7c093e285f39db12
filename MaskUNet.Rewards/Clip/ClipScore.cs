using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>CLIP score: how well a picture fits a prompt, by one of the protocols in use.</summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime.</remarks>
public sealed class ClipScore : ClipReward
{
    private const double Percent = 100;

    private readonly ClipPreprocessing preprocessing;

    /// <summary>Makes the reward.</summary>
    /// <param name="model">The model, which is taken over: frozen, and freed with this.</param>
    /// <param name="tokenizer">The tokenizer that belongs to the model.</param>
    /// <param name="protocol">Whose definition is followed.</param>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    /// <exception cref="InvalidOptionException">There is no such protocol.</exception>
    public ClipScore(ClipModel model, ClipTokenizer tokenizer, ClipScoreProtocol protocol = ClipScoreProtocol.Torchmetrics)
        : base(model, tokenizer)
    {
        if (!Enum.IsDefined(protocol))
        {
            throw new InvalidOptionException($"There is no CLIP score protocol {protocol}; choose {string.Join(", ", Enum.GetNames<ClipScoreProtocol>())}.");
        }

        Protocol = protocol;
        preprocessing = new ClipPreprocessing(
            model.Config.Vision.ImageSize, protocol == ClipScoreProtocol.Torchmetrics ? CropRounding.Down : CropRounding.HalfToEven);
    }

    /// <summary>Loads a published model.</summary>
    /// <param name="path">
    /// A folder of transformers (<c>config.json</c>, <c>model.safetensors</c>) or of open_clip (<c>open_clip_config.json</c> and its weights); or
    /// a single file with the sizes of OpenAI's ViT-B/32 or ViT-L/14 or of OpenCLIP's ViT-H/14 or ViT-g/14.
    /// </param>
    /// <param name="protocol">Whose definition is followed.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    /// <exception cref="InvalidOptionException">There is no such protocol.</exception>
    public static ClipScore Load(
        string path, ClipScoreProtocol protocol = ClipScoreProtocol.Torchmetrics, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var tokenization = protocol == ClipScoreProtocol.Torchmetrics ? ClipTokenization.TransformersFast : ClipTokenization.OpenClip;
        return new ClipScore(
            PublishedClip.Load(PublishedClip.Clip, path, config: null, dataType, device), PublishedClip.Tokenizer(path, tokenization), protocol);
    }

    /// <summary>Whose definition is followed.</summary>
    public ClipScoreProtocol Protocol { get; }

    /// <inheritdoc/>
    public override string Name => $"CLIP score ({Protocol})";

    /// <summary>What the protocol reports for a set of pictures.</summary>
    /// <param name="scores">The scores of all pictures.</param>
    /// <exception cref="InvalidOptionException">There is no score.</exception>
    public double Mean(IReadOnlyCollection<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
        {
            throw new InvalidOptionException("There is no score to take the mean of: score at least one picture.");
        }

        return Protocol == ClipScoreProtocol.Torchmetrics ? Math.Max(0, scores.Average()) : scores.Average();
    }

    private protected override IReadOnlyList<long> Tokenize(string prompt) =>
        Protocol == ClipScoreProtocol.GigaGan ? GigaGan.Tokenize(Tokenizer, prompt) : base.Tokenize(prompt);

    private protected override Tensor Preprocess(Tensor images)
    {
        using var scope = NewDisposeScope();
        var prepared = Protocol == ClipScoreProtocol.GigaGan ? GigaGan.Prepare(images) : images;
        return preprocessing.Apply(prepared).MoveToOuterDisposeScope();
    }

    private protected override Tensor Preprocess(RgbImage image) =>
        preprocessing.Apply(Protocol == ClipScoreProtocol.GigaGan ? GigaGan.Prepare(image) : image);

    private protected override Tensor Scale(Tensor cosines, ClipModel model) =>
        Protocol == ClipScoreProtocol.Torchmetrics ? cosines * Percent : cosines.alias();
}
