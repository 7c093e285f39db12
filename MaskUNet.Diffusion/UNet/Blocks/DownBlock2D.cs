using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>A resolution of the encoder half: residual blocks, each followed by a transformer where the type has attention, then a halving.</summary>
internal sealed class DownBlock2D
{
    private readonly List<ResnetBlock2D> resnets = [];
    private readonly List<Transformer2DModel> attentions = [];
    private readonly MaskableConvolution? downsampler;

    public DownBlock2D(UNetScope scope, UNet2DConditionConfig config, int index)
    {
        var outChannels = config.BlockOutChannels[index];
        var inChannels = config.BlockOutChannels[Math.Max(0, index - 1)];
        var attends = config.DownBlockTypes[index] == "CrossAttnDownBlock2D";
        for (var i = 0; i < config.LayersPerBlock; i++)
        {
            resnets.Add(new(scope["resnets"][i], config, i == 0 ? inChannels : outChannels, outChannels));
            if (attends)
            {
                attentions.Add(new(scope["attentions"][i], config, outChannels, config.AttentionHeads[index]));
            }
        }

        var isLast = index == config.BlockOutChannels.Count - 1;
        downsampler = isLast ? null : new(scope["downsamplers"][0]["conv"], outChannels, outChannels, stride: 2);
    }

    internal IReadOnlyList<ResnetBlock2D> Resnets => resnets;

    internal IReadOnlyList<Transformer2DModel> Attentions => attentions;

    /// <returns>The outputs that the decoder half takes up again; the last one is the block's output.</returns>
    public IReadOnlyList<Tensor> Forward(Tensor input, Tensor time, Tensor text, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var skips = new List<Tensor>();
        var hidden = input;
        for (var i = 0; i < resnets.Count; i++)
        {
            hidden = resnets[i].Forward(hidden, time, call);
            hidden = attentions.Count == 0 ? hidden : attentions[i].Forward(hidden, text, call);
            skips.Add(hidden.MoveToOuterDisposeScope());
        }

        if (downsampler is not null)
        {
            skips.Add(downsampler.Forward(hidden, call).MoveToOuterDisposeScope());
        }

        return skips;
    }
}
