using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Masking;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class UNetBFloat16() : Benchmark("unet-bf16", "<= 0.65", "that U-Net in bfloat16 / in float32; unet-bf16-error: its largest error / the largest value")
{
    private const int Rounds = 3;

    public override async Task RunAsync()
    {
        var (ratio, error) = await OnNativeThreadAsync(() =>
        {
            using var full = FullSize.UNet();
            using var half = FullSize.UNet(ScalarType.BFloat16);
            var ratio = Stopwatches.MedianRatio(Rounds, () => FullSize.TimeUNet(half), () => FullSize.TimeUNet(full));
            return (ratio, Error(full, half));
        });
        Print(ratio);
        Print($"{Name}-error", error, "1e-2");
    }

    private static double Error(UNet2DConditionModel full, UNet2DConditionModel half)
    {
        using var scope = NewDisposeScope();
        var (truth, rounded) = (Predict(full), Predict(half));
        return ((rounded - truth).abs().max() / truth.abs().max()).ToDouble();

        static Tensor Predict(UNet2DConditionModel model) =>
            model.Decode(model.Encode(FullSize.Input(2, model.DataType), NoMasks.Instance), NoMasks.Instance).to(float32);
    }
}
