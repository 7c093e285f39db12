using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Latents [B, C, H/8, W/8] to pictures [B, 3, H, W].</summary>
internal sealed class VaeDecoder
{
    private readonly Convolution convIn;
    private readonly VaeMidBlock mid;
    private readonly List<(UpsampleConvolution? Upsampler, VaeResidualBlock Block)> layers = [];
    private readonly GroupNorm normOut;
    private readonly Convolution convOut;

    public VaeDecoder(WeightScope scope, AutoencoderKLConfig config)
    {
        int[] channels = [.. config.BlockOutChannels.Reverse()];
        convIn = new Convolution(scope["conv_in"], config.LatentChannels, channels[0]);
        mid = new VaeMidBlock(scope["mid_block"], channels[0], config);
        UpsampleConvolution? upsampler = null;
        for (var block = 0; block < channels.Length; block++)
        {
            var blockScope = scope["up_blocks"][block];
            for (var layer = 0; layer <= config.LayersPerBlock; layer++)
            {
                var inChannels = layer == 0 ? channels[Math.Max(0, block - 1)] : channels[block];
                layers.Add((upsampler, new(blockScope["resnets"][layer], inChannels, channels[block], config.NormNumGroups)));
                upsampler = null;
            }

            if (block < channels.Length - 1)
            {
                upsampler = new UpsampleConvolution(blockScope["upsamplers"][0]["conv"], channels[block]);
            }
        }

        normOut = VaeLayers.Norm(scope["conv_norm_out"], config.NormNumGroups, channels[^1]);
        convOut = new Convolution(scope["conv_out"], channels[^1], config.OutChannels);
    }

    /// <summary>The same as <see cref="Forward"/> in parts that leave their inputs alone.</summary>
    public IEnumerable<Func<Tensor, Tensor>> Stages =>
    [
        latents => mid.Forward(convIn.Forward(latents)),
        .. layers.SelectMany(layer => (Func<Tensor, Tensor>[])(layer.Upsampler is null ? [layer.Block.Forward] : [layer.Upsampler.Forward, layer.Block.Forward])),
        hidden => convOut.ForwardNormalised(normOut, hidden),
    ];

    public Tensor Forward(Tensor latents)
    {
        var hidden = mid.Forward(convIn.Forward(latents));
        foreach (var (upsampler, block) in layers)
        {
            hidden = (upsampler is null ? hidden : hidden.Then(upsampler.Forward)).Then(block.Forward);
        }

        return hidden.Then(last => convOut.ForwardNormalised(normOut, last));
    }

    /// <summary>The same for one picture without gradients, with a fraction of the memory: no more than a strip of rows is worked on at a time.</summary>
    /// <param name="latents">[1, C, h, w].</param>
    /// <param name="stripPixels">Pixels of a strip; results of at most twice as many are computed whole.</param>
    public Tensor ForwardInStrips(Tensor latents, long stripPixels)
    {
        var hidden = mid.Forward(convIn.Forward(latents));
        foreach (var (upsampler, block) in layers)
        {
            hidden = hidden.Then(input => block.Forward(
                upsampler is null ? RowSource.Stored(input) : RowSource.Upsampled(input, upsampler), stripPixels));
        }

        return hidden.Then(Out);

        Tensor Out(Tensor input)
        {
            using var scope = NewDisposeScope();
            var source = RowSource.Stored(input);
            var rows = source.Rows(stripPixels);
            using var moments = new GroupMoments();
            source.ForStrips(rows, halo: 0, strip => strip, (_, strip) => moments.Add(strip));
            var affine = normOut.Affine(moments);
            var output = new RowSink(source.Height);
            source.ForStrips(rows, halo: 1, strip => StripGroupNorm.Normalise(strip, affine, silu: true).Then(convOut.Forward), output.Write);
            return output.Result.MoveToOuterDisposeScope();
        }
    }
}
