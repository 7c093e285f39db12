using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Training;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Training;

/// <summary>Models and data so small that a training takes a second.</summary>
internal static class TinyModels
{
    public const int TextWidth = 8;

    public static AutoencoderKLConfig AutoencoderConfig { get; } = new()
    {
        BlockOutChannels = [8, 8],
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        NormNumGroups = 4,
    };

    public static UNet2DConditionConfig UNetConfig { get; } = new()
    {
        SampleSize = 8,
        BlockOutChannels = [8, 8],
        DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"],
        LayersPerBlock = 1,
        NormNumGroups = 4,
        CrossAttentionDim = TextWidth,
        AttentionHeads = [2, 2],
    };

    public static AutoencoderKL Autoencoder() => new(AutoencoderConfig, new InitialWeights(1, "conv2.weight"));

    public static UNet2DConditionModel UNet() => new(UNetConfig, new InitialWeights(2, "conv_out.weight"));

    /// <summary>The same without zeros, so that its prediction depends on its weights.</summary>
    public static UNet2DConditionModel LiveUNet(long seed = 2) => new(UNetConfig, new InitialWeights(seed));

    /// <summary>Latents that are waves, with a text that says how long.</summary>
    public sealed class Waves : IDiffusionExamples
    {
        public string Name => "waves";

        public DiffusionBatch Draw(TrainingStep step, double captionDropout)
        {
            using var scope = NewDisposeScope();
            var kinds = Enumerable.Range(0, step.BatchSize).Select(i => 1 + ((step.FirstExample + i) % 3)).ToList();
            var ramp = linspace(0, Math.PI, 8);
            var latents = kinds.Select(kind => (ramp * kind).sin().expand(4, 8, 8));
            var text = kinds.Select(kind => full([5, TextWidth], step.NextDouble() < captionDropout ? 0f : kind));
            return new DiffusionBatch(stack([.. latents]).MoveToOuterDisposeScope(), stack([.. text]).MoveToOuterDisposeScope());
        }
    }

    /// <summary>Pictures of 16 x 16 px, stripes of another width each, whose captions say how wide.</summary>
    public sealed class Stripes(long count = 24) : IPictureDataset
    {
        public string Name => "stripes";

        public long Count => count;

        public CaptionedPicture Load(long index)
        {
            var width = 2 + (int)(index % 5);
            var pixels = Enumerable.Range(0, 16 * 16).SelectMany(i => Enumerable.Repeat((byte)(i % 16 / width % 2 == 0 ? 230 : 20 + (5 * index)), 3)).ToArray();
            return new CaptionedPicture(new RgbImage(16, 16, pixels), $"stripes of {"abcde"[width - 2]}");
        }
    }
}
