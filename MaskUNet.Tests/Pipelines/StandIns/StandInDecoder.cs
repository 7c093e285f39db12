using MaskUNet.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Pipelines.StandIns;

/// <summary>Three of the four channels, enlarged; or what a test wants.</summary>
internal sealed class StandInDecoder(Func<Tensor, Tensor>? decode = null) : ILatentDecoder
{
    public double ScalingFactor => 1;

    public int DownscaleFactor => 8;

    public Tensor Decode(Tensor latents) =>
        decode?.Invoke(latents) ?? nn.functional.interpolate(latents.narrow(1, 0, 3), scale_factor: [8, 8], mode: InterpolationMode.Nearest);

    public void Dispose()
    {
    }
}
