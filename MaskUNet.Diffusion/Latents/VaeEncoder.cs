using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Pictures [B, 3, H, W] to moments [B, 2C, H/8, W/8].</summary>
internal sealed class VaeEncoder
{
    private readonly Convolution convIn;
    private readonly List<Func<Tensor, Tensor>> layers = [];
    private readonly VaeMidBlock mid;
    private readonly GroupNorm normOut;
    private readonly Convolution convOut;

    public VaeEncoder(WeightScope scope, AutoencoderKLConfig config)
    {
        var channels = config.BlockOutChannels;
        convIn = new Convolution(scope["conv_in"], config.InChannels, channels[0]);
        for (var block = 0; block < channels.Count; block++)
        {
            var blockScope = scope["down_blocks"][block];
            for (var layer = 0; layer < config.LayersPerBlock; layer++)
            {
                var inChannels = layer == 0 ? channels[Math.Max(0, block - 1)] : channels[block];
                layers.Add(new VaeResidualBlock(blockScope["resnets"][layer], inChannels, channels[block], config.NormNumGroups).Forward);
            }

            if (block < channels.Count - 1)
            {
                layers.Add(Downsampler(blockScope["downsamplers"][0]["conv"], channels[block]));
            }
        }

        mid = new VaeMidBlock(scope["mid_block"], channels[^1], config);
        normOut = VaeLayers.Norm(scope["conv_norm_out"], config.NormNumGroups, channels[^1]);
        convOut = new Convolution(scope["conv_out"], channels[^1], 2 * config.LatentChannels);
    }

    public Tensor Forward(Tensor images)
    {
        var hidden = layers.Aggregate(convIn.Forward(images), (hidden, layer) => hidden.Then(layer));
        return mid.Forward(hidden).Then(normOut.ForwardSilu).Then(convOut.Forward);
    }

    // Padded on the right and at the bottom only, as the original latent diffusion code does.
    private static Func<Tensor, Tensor> Downsampler(WeightScope scope, int channels)
    {
        var convolution = new Convolution(scope, channels, channels, stride: 2, padding: 0);
        return input => nn.functional.pad(input, [0, 1, 0, 1]).Then(convolution.Forward);
    }
}
