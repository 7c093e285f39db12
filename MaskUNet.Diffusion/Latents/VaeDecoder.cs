using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Latents [B, C, H/8, W/8] to pictures [B, 3, H, W].</summary>
internal sealed class VaeDecoder
{
    private readonly Convolution convIn;
    private readonly VaeMidBlock mid;
    private readonly List<Func<Tensor, Tensor>> layers = [];
    private readonly GroupNorm normOut;
    private readonly Convolution convOut;

    public VaeDecoder(WeightScope scope, AutoencoderKLConfig config)
    {
        int[] channels = [.. config.BlockOutChannels.Reverse()];
        convIn = new Convolution(scope["conv_in"], config.LatentChannels, channels[0]);
        mid = new VaeMidBlock(scope["mid_block"], channels[0], config);
        for (var block = 0; block < channels.Length; block++)
        {
            var blockScope = scope["up_blocks"][block];
            for (var layer = 0; layer <= config.LayersPerBlock; layer++)
            {
                var inChannels = layer == 0 ? channels[Math.Max(0, block - 1)] : channels[block];
                layers.Add(new VaeResidualBlock(blockScope["resnets"][layer], inChannels, channels[block], config.NormNumGroups).Forward);
            }

            if (block < channels.Length - 1)
            {
                layers.Add(new UpsampleConvolution(blockScope["upsamplers"][0]["conv"], channels[block]).Forward);
            }
        }

        normOut = VaeLayers.Norm(scope["conv_norm_out"], config.NormNumGroups, channels[^1]);
        convOut = new Convolution(scope["conv_out"], channels[^1], config.OutChannels);
    }

    public Tensor Forward(Tensor latents)
    {
        var hidden = mid.Forward(convIn.Forward(latents));
        return layers.Aggregate(hidden, (hidden, layer) => hidden.Then(layer)).Then(normOut.ForwardSilu).Then(convOut.Forward);
    }
}
