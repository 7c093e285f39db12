using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class VaeSpeed() : Benchmark(
    "vae-decode", "<= 1.10", "decode of a 512 px picture, float32 / its 2,515 GFLOP at the machine's peak rate")
{
    private const int Rounds = 5;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.Vae();
        using var yardstick = new Yardstick();
        return Stopwatches.MedianRatio(Rounds, () => FullSize.TimeDecode(model), () => yardstick.SecondsFor(FullSize.DecodeGigaFlop));
    }));
}
