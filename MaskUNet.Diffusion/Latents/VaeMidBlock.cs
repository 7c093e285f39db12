using MaskUNet.Checkpoints;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>The block at the lowest resolution: residual block, attention, residual block. It frees its input.</summary>
internal sealed class VaeMidBlock(WeightScope scope, int channels, AutoencoderKLConfig config)
{
    private readonly VaeResidualBlock first = new(scope["resnets"][0], channels, channels, config.NormNumGroups);
    private readonly VaeAttention? attention =
        config.MidBlockAddAttention ? new(scope["attentions"][0], channels, config.NormNumGroups) : null;

    private readonly VaeResidualBlock second = new(scope["resnets"][1], channels, channels, config.NormNumGroups);

    public Tensor Forward(Tensor input)
    {
        var hidden = input.Then(first.Forward);
        return (attention is null ? hidden : hidden.Then(attention.Forward)).Then(second.Forward);
    }
}
