using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>
/// PickScore: human preference by a CLIP ViT-H/14 (<c>yuvalkirstain/PickScore_v1</c>), the cosine times the model's own scale; about 17 to
/// 24 for pictures of Stable Diffusion.
/// </summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime.</remarks>
public sealed class PickScore : ClipReward
{
    private static readonly PublishedModel Published = new(
        "PickScore",
        "a folder with config.json and model.safetensors",
        "https://huggingface.co/yuvalkirstain/PickScore_v1",
        [CheckpointKind.Clip, CheckpointKind.OpenClip]);

    private readonly ClipPreprocessing ofTensors;
    private readonly ClipPreprocessing ofPictures;

    /// <summary>Makes the reward.</summary>
    /// <param name="model">The model, which is taken over: frozen, and freed with this.</param>
    /// <param name="tokenizer">CLIP ViT-H/14's tokenizer, read as <see cref="ClipTokenization.TransformersFast"/>.</param>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    public PickScore(ClipModel model, ClipTokenizer tokenizer)
        : base(model, tokenizer)
    {
        // Tensors are cropped as in ReNO, by torchvision; pictures by transformers' processor.
        ofTensors = new ClipPreprocessing(model.Config.Vision.ImageSize);
        ofPictures = new ClipPreprocessing(model.Config.Vision.ImageSize, CropRounding.Down);
    }

    /// <summary>Loads a published model.</summary>
    /// <param name="path">The folder of <c>yuvalkirstain/PickScore_v1</c>, with <c>config.json</c> and <c>model.safetensors</c>.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    public static PickScore Load(string path, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new PickScore(
            PublishedClip.Load(Published, path, config: null, dataType, device), PublishedClip.Tokenizer(path, ClipTokenization.TransformersFast));
    }

    /// <inheritdoc/>
    public override string Name => "PickScore";

    private protected override Tensor Preprocess(Tensor images) => ofTensors.Apply(images);

    private protected override Tensor Preprocess(RgbImage image) => ofPictures.Apply(image);

    private protected override Tensor Scale(Tensor cosines, ClipModel model)
    {
        using var scope = NewDisposeScope();
        return (model.LogitScale.exp() * cosines).MoveToOuterDisposeScope();
    }
}
