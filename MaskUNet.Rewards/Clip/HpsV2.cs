using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>
/// Human Preference Score v2 and v2.1: the cosine by a tuned CLIP ViT-H/14 (<c>xswu/HPSv2</c>), about 0.2 to 0.35 for pictures of Stable
/// Diffusion. Version 2.1 (<c>HPS_v2.1_compressed.pt</c>) is what MaskUNet and ReNO use.
/// </summary>
/// <remarks>See <see cref="RewardModel"/> for threads and lifetime.</remarks>
public sealed class HpsV2 : ClipReward
{
    private static readonly PublishedModel Published = new(
        "HPSv2", "HPS_v2.1_compressed.pt or HPS_v2_compressed.pt", "https://huggingface.co/xswu/HPSv2", [CheckpointKind.OpenClip, CheckpointKind.Clip]);

    private readonly ClipPreprocessing preprocessing;

    /// <summary>Makes the reward.</summary>
    /// <param name="model">The model, which is taken over: frozen, and freed with this; its sizes are <see cref="Config"/>.</param>
    /// <param name="tokenizer">CLIP's tokenizer, read as <see cref="ClipTokenization.OpenClip"/>.</param>
    /// <exception cref="CheckpointException">The tokenizer does not fit the model.</exception>
    public HpsV2(ClipModel model, ClipTokenizer tokenizer)
        : base(model, tokenizer) => preprocessing = new ClipPreprocessing(model.Config.Vision.ImageSize);

    /// <summary>The sizes of the published checkpoints: open_clip's ViT-H-14.</summary>
    public static ClipConfig Config { get; } = new()
    {
        Text = new()
        {
            HiddenSize = 1024, IntermediateSize = 4096, Layers = 24, Heads = 16, Activation = ClipActivation.Gelu, EndId = ClipTextConfig.LargestId,
        },
        Vision = new() { HiddenSize = 1280, IntermediateSize = 5120, Layers = 32, Heads = 16, Activation = ClipActivation.Gelu, PatchSize = 14 },
        ProjectionSize = 1024,
    };

    /// <summary>Loads a published model.</summary>
    /// <param name="path">
    /// <c>HPS_v2.1_compressed.pt</c> or <c>HPS_v2_compressed.pt</c>, the same as safetensors, or a folder with one such file; or a folder that
    /// describes its sizes (<c>open_clip_config.json</c> or <c>config.json</c>), with a tokenizer where it has one of its own.
    /// </param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message says what was found, what is expected and where it is published.</exception>
    public static HpsV2 Load(string path, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var isDescribed = ClipFolder.IsDescribed(path);
        var model = PublishedClip.Load(
            Published, isDescribed ? path : Published.Find(path, "HPS_v2.1_compressed.pt", "HPS_v2_compressed.pt"), Config, dataType, device);
        return new HpsV2(model, PublishedClip.Tokenizer(path, ClipTokenization.OpenClip));
    }

    /// <inheritdoc/>
    public override string Name => "HPSv2";

    private protected override Tensor Preprocess(Tensor images) => preprocessing.Apply(images);

    // The reference scales bytes to [0, 1] first and resizes then, without rounding.
    private protected override Tensor Preprocess(RgbImage image)
    {
        using var scope = NewDisposeScope();
        return preprocessing.Apply(image.ToUnitTensor()).MoveToOuterDisposeScope();
    }

    private protected override Tensor Scale(Tensor cosines, ClipModel model) => cosines.alias();
}
