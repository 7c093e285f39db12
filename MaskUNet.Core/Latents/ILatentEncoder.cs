using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Turns pictures into latents, for image to image and for training. Safe to call from several threads at once.</summary>
public interface ILatentEncoder : IDisposable
{
    /// <summary>Latents are multiplied by this after they are encoded; 0.18215 for Stable Diffusion 1.x and 2.x.</summary>
    double ScalingFactor { get; }

    /// <summary>Encodes pictures.</summary>
    /// <param name="images">Pictures, [B, 3, H, W] in [-1, 1]; H and W multiples of 8.</param>
    /// <returns>The posterior, whose tensors the caller owns.</returns>
    LatentDistribution Encode(Tensor images);
}

/// <summary>A diagonal normal distribution over latents.</summary>
/// <param name="Mean">[B, C, H/8, W/8].</param>
/// <param name="LogVariance">The same shape, clamped to [-30, 20].</param>
public sealed record LatentDistribution(Tensor Mean, Tensor LogVariance)
{
    /// <summary>Draws latents: mean + exp(logvar / 2) * noise.</summary>
    /// <param name="noise">Where the noise comes from.</param>
    /// <returns>Of the mean's shape; the caller owns it.</returns>
    public Tensor Sample(INoiseSource noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = NewDisposeScope();
        return (Mean + ((LogVariance * 0.5).exp() * noise.Draw(Mean.shape, Mean.dtype, Mean.device))).MoveToOuterDisposeScope();
    }
}
