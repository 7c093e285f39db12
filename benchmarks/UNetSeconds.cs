using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class UNetSeconds() : Benchmark("unet-seconds", "<= 0.95 of ONNX Runtime's", "seconds of that U-Net")
{
    private const int Rounds = 5;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.UNet();
        return Stopwatches.Median(Stopwatches.InTurn(Rounds, () => FullSize.TimeUNet(model)).Select(round => round[0]));
    }));
}
