using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>Sinusoids of the timestep, then linear, SiLU, linear.</summary>
internal sealed class TimestepEmbedding(UNetScope scope, UNet2DConditionConfig config)
{
    private const double MaxPeriod = 10000;
    private readonly int channels = config.BlockOutChannels[0];
    private readonly MaskableLinear linear1 = new(scope["linear_1"], config.BlockOutChannels[0], config.TimeEmbeddingDim);
    private readonly MaskableLinear linear2 = new(scope["linear_2"], config.TimeEmbeddingDim, config.TimeEmbeddingDim);

    /// <summary>[B] timesteps to [B, channels] sinusoids: always float32, as in the reference.</summary>
    public Tensor Project(Tensor timesteps)
    {
        using var dispose = NewDisposeScope();
        var half = channels / 2;
        var exponent = arange(half, float32, timesteps.device) * -Math.Log(MaxPeriod) / (half - config.FreqShift);
        var angles = timesteps.to(float32).unsqueeze(1) * exponent.exp().unsqueeze(0);
        var (first, second) = config.FlipSinToCos ? (angles.cos(), angles.sin()) : (angles.sin(), angles.cos());
        return cat([first, second], dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>[B] timesteps to [B, 4 * channels].</summary>
    public Tensor Forward(Tensor timesteps, ScalarType dataType, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var hidden = nn.functional.silu(linear1.Forward(Project(timesteps).to(dataType), call));
        return linear2.Forward(hidden, call).MoveToOuterDisposeScope();
    }
}
