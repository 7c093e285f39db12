using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>A resolution of the decoder half: residual blocks that take up the skips, transformers, then a doubling.</summary>
internal sealed class UpBlock2D
{
    private readonly List<ResnetBlock2D> resnets = [];
    private readonly List<Transformer2DModel> attentions = [];
    private readonly MaskableConvolution? upsampler;

    public UpBlock2D(UNetScope scope, UNet2DConditionConfig config, int index)
    {
        var channels = config.BlockOutChannels.Reverse().ToList();
        var (outChannels, previous, skipOfLast) = (channels[index], channels[Math.Max(0, index - 1)], channels[Math.Min(channels.Count - 1, index + 1)]);
        var attends = config.UpBlockTypes[index] == "CrossAttnUpBlock2D";
        for (var i = 0; i <= config.LayersPerBlock; i++)
        {
            var inChannels = (i == 0 ? previous : outChannels) + (i == config.LayersPerBlock ? skipOfLast : outChannels);
            resnets.Add(new(scope["resnets"][i], config, inChannels, outChannels));
            if (attends)
            {
                attentions.Add(new(scope["attentions"][i], config, outChannels, config.AttentionHeads[^(index + 1)]));
            }
        }

        var isLast = index == channels.Count - 1;
        upsampler = isLast ? null : new(scope["upsamplers"][0]["conv"], outChannels, outChannels);
    }

    /// <summary>How many skips the block takes.</summary>
    public int Skips => resnets.Count;

    internal IReadOnlyList<ResnetBlock2D> Resnets => resnets;

    internal IReadOnlyList<Transformer2DModel> Attentions => attentions;

    /// <summary>The block in parts that leave their inputs alone, each [B, C, h, w] to [B, C, h, w].</summary>
    /// <param name="skips">The skips that the block takes, first one first.</param>
    /// <param name="nextSize">The height and width of the skip that comes next, or null after the last block.</param>
    /// <param name="time">The activated time embedding.</param>
    /// <param name="text">The text embedding.</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public IEnumerable<Func<Tensor, Tensor>> Stages(IReadOnlyList<Tensor> skips, long[]? nextSize, Tensor time, Tensor text, BlockCall call)
    {
        for (var i = 0; i < resnets.Count; i++)
        {
            var layer = i;
            yield return input => Layer(layer, input, skips[layer], time, text, call);
        }

        if (upsampler is not null)
        {
            yield return input => Upsample(input, nextSize!, call);
        }
    }

    private Tensor Layer(int index, Tensor input, Tensor skip, Tensor time, Tensor text, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var hidden = resnets[index].Forward(cat([input, skip], dim: 1), time, call);
        return (attentions.Count == 0 ? hidden : attentions[index].Forward(hidden, text, call)).MoveToOuterDisposeScope();
    }

    // To the skip's size, which is not twice the input's where the picture is no multiple of 64 pixels.
    private Tensor Upsample(Tensor hidden, long[] size, BlockCall call)
    {
        if (size.SequenceEqual([2 * hidden.shape[2], 2 * hidden.shape[3]]))
        {
            return upsampler!.ForwardDoubled(hidden, call);
        }

        using var larger = nn.functional.interpolate(hidden, size: size, mode: InterpolationMode.Nearest);
        return upsampler!.Forward(larger, call);
    }
}
