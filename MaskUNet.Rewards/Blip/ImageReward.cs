using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Rewards.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>
/// ImageReward (Xu et al., arXiv 2304.05977): what people prefer, by a BLIP that was trained on their rankings; about -2 to 2, with mean 0 and
/// deviation 1 over the pictures that it was measured with.
/// </summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime. Prompts are read up to 35 tokens.</remarks>
public sealed class ImageReward : RewardModel
{
    private const string ConfigName = "med_config.json";

    private static readonly PublishedModel Published = new(
        "ImageReward", "ImageReward.pt (with med_config.json beside it)", "https://huggingface.co/THUDM/ImageReward", [CheckpointKind.ImageReward]);

    private readonly ImageRewardModel model;
    private readonly BertTokenizer tokenizer;
    private readonly ClipPreprocessing preprocessing;
    private readonly int length;

    /// <summary>Makes the reward.</summary>
    /// <param name="model">The model, which is taken over: frozen, and freed with this.</param>
    /// <param name="tokenizer">The tokenizer that belongs to the model; bert-base-uncased's by default.</param>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    public ImageReward(ImageRewardModel model, BertTokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        this.tokenizer = tokenizer ?? BertTokenizer.BertBaseUncased;
        BlipInputs.CheckFit(this.tokenizer, model.Config.Text, Name);
        preprocessing = new ClipPreprocessing(model.Config.Vision.ImageSize);
        length = BlipInputs.LengthFor(model.Config.Text);
        Freeze(model.Weights.Values);
    }

    /// <summary>Loads a published model.</summary>
    /// <param name="path">
    /// <c>ImageReward.pt</c>, the same as safetensors, or a folder with one such file. Beside it lie <c>med_config.json</c> (without it, version
    /// 1.0's sizes) and, for a vocabulary other than bert-base-uncased's, <c>vocab.txt</c>.
    /// </param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    public static ImageReward Load(string path, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        var file = Published.Find(path, "ImageReward.pt", "ImageReward.safetensors", "model.safetensors");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var (config, vocabulary) = (Path.Combine(folder, ConfigName), Path.Combine(folder, BertTokenizer.FileName));
        var sizes = File.Exists(config) ? ImageRewardConfig.Load(config) : new ImageRewardConfig();
        var tokenizer = File.Exists(vocabulary) ? BertTokenizer.Load(vocabulary) : BertTokenizer.BertBaseUncased;
        return new ImageReward(Published.Read(file, weights => new ImageRewardModel(sizes, weights, dataType, device)), tokenizer);
    }

    /// <inheritdoc/>
    public override string Name => "ImageReward";

    /// <summary>max(0, 2 - score), as in the paper's code: 2 is good enough.</summary>
    public override RewardLoss Loss => RewardLoss.Hinge(2);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => model.Dispose();

    private protected override Tensor Preprocess(Tensor images) => preprocessing.Apply(images);

    private protected override Tensor Preprocess(RgbImage image) => preprocessing.Apply(image);

    private protected override Tensor ScorePixels(Tensor pixels, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var (ids, mask) = BlipInputs.Encode(tokenizer, prompts, length, model.Device);
        return model.Score(pixels, ids, mask).MoveToOuterDisposeScope();
    }

    private protected override string Dropped(string prompt) => tokenizer.EncodePadded(prompt, length).Dropped;
}
