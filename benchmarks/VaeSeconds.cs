using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class VaeSeconds() : Benchmark("vae-seconds", "<= 0.95 of ONNX Runtime's", "seconds of that decode")
{
    private const int Rounds = 5;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.Vae();
        return Stopwatches.Median(Stopwatches.InTurn(Rounds, () => FullSize.TimeDecode(model)).Select(round => round[0]));
    }));
}
