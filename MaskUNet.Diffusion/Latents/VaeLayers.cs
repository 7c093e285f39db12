using MaskUNet.Checkpoints;
using MaskUNet.Layers;

namespace MaskUNet.Latents;

/// <summary>What all parts of the autoencoder have in common.</summary>
internal static class VaeLayers
{
    // Not 1e-5 as in the U-Net: diffusers' AutoencoderKL uses 1e-6 everywhere.
    private const double Epsilon = 1e-6;

    public static GroupNorm Norm(WeightScope scope, int groups, int channels) => new(scope, groups, channels, Epsilon);
}
