using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>
/// Human Preference Score v2 and v2.1: the cosine by a tuned CLIP ViT-H/14 (<c>xswu/HPSv2</c>), about 0.2 to 0.35 for pictures of Stable
/// Diffusion. Version 2.1 (<c>HPS_v2.1_compressed.pt</c>) is what MaskUNet and ReNO use.
/// </summary>
/// <remarks>See <see cref="ClipReward"/> for threads and lifetime.</remarks>
public sealed class HpsV2 : ClipReward
{
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
