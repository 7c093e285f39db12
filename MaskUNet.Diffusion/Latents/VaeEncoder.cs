using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Pictures [B, 3, H, W] to moments [B, 2C, H/8, W/8].</summary>
internal sealed class VaeEncoder
{
    private readonly Convolution convIn;
    private readonly List<(VaeDownsampler? Downsampler, VaeResidualBlock Block)> layers = [];
    private readonly VaeMidBlock mid;
    private readonly GroupNorm normOut;
    private readonly Convolution convOut;

    public VaeEncoder(WeightScope scope, AutoencoderKLConfig config)
    {
        var channels = config.BlockOutChannels;
        convIn = new Convolution(scope["conv_in"], config.InChannels, channels[0]);
        VaeDownsampler? downsampler = null;
        for (var block = 0; block < channels.Count; block++)
        {
            var blockScope = scope["down_blocks"][block];
            for (var layer = 0; layer < config.LayersPerBlock; layer++)
            {
                var inChannels = layer == 0 ? channels[Math.Max(0, block - 1)] : channels[block];
                layers.Add((downsampler, new(blockScope["resnets"][layer], inChannels, channels[block], config.NormNumGroups)));
                downsampler = null;
            }

            if (block < channels.Count - 1)
            {
                downsampler = new VaeDownsampler(blockScope["downsamplers"][0]["conv"], channels[block]);
            }
        }

        mid = new VaeMidBlock(scope["mid_block"], channels[^1], config);
        normOut = VaeLayers.Norm(scope["conv_norm_out"], config.NormNumGroups, channels[^1]);
        convOut = new Convolution(scope["conv_out"], channels[^1], 2 * config.LatentChannels);
    }

    public Tensor Forward(Tensor images)
    {
        var hidden = convIn.Forward(images);
        foreach (var (downsampler, block) in layers)
        {
            hidden = (downsampler is null ? hidden : hidden.Then(downsampler.Forward)).Then(block.Forward);
        }

        return Out(hidden);
    }

    /// <summary>The same for one picture without gradients, with a fraction of the memory: no more than a strip of rows is worked on at a time.</summary>
    /// <param name="image">[1, 3, H, W].</param>
    /// <param name="stripPixels">Pixels of a strip; results of at most twice as many are computed whole.</param>
    public Tensor ForwardInStrips(Tensor image, long stripPixels)
    {
        var hidden = convIn.Forward(image);
        foreach (var (downsampler, block) in layers)
        {
            hidden = hidden.Then(input => block.Forward(
                downsampler is null ? RowSource.Stored(input) : RowSource.Downsampled(input, downsampler), stripPixels));
        }

        return Out(hidden);
    }

    private Tensor Out(Tensor hidden) => mid.Forward(hidden).Then(last => convOut.ForwardNormalised(normOut, last));
}
