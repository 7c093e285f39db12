using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class UNetSpeed() : Benchmark(
    "unet-sd15", "<= 1.25", "SD 1.5 U-Net, float32, batch 2, 64x64 latents / its 1,606 GFLOP at the machine's peak rate")
{
    private const int Rounds = 5;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.UNet();
        using var yardstick = new Yardstick();
        return Stopwatches.MedianRatio(Rounds, () => FullSize.TimeUNet(model), () => yardstick.SecondsFor(FullSize.UNetGigaFlop));
    }));
}
