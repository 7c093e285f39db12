using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>The smallest resolution: residual block, transformer, residual block.</summary>
internal sealed class MidBlock2D
{
    private readonly ResnetBlock2D first;
    private readonly Transformer2DModel attention;
    private readonly ResnetBlock2D second;

    public MidBlock2D(UNetScope scope, UNet2DConditionConfig config)
    {
        var channels = config.BlockOutChannels[^1];
        first = new(scope["resnets"][0], config, channels, channels);
        attention = new(scope["attentions"][0], config, channels, config.AttentionHeads[^1]);
        second = new(scope["resnets"][1], config, channels, channels);
    }

    internal IReadOnlyList<ResnetBlock2D> Resnets => [first, second];

    internal IReadOnlyList<Transformer2DModel> Attentions => [attention];

    public Tensor Forward(Tensor input, Tensor time, Tensor text, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var hidden = first.Forward(input, time, call);
        hidden = attention.Forward(hidden, text, call);
        return second.Forward(hidden, time, call).MoveToOuterDisposeScope();
    }
}
