using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Training;
using MaskUNet.UNet;

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
