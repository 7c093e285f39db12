using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Kernels;
using MaskUNet.Masking;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class MaskedStep() : Benchmark(
    "masked-step", "<= 1.05", "that U-Net with learned masks, a mask a sample, of logits so low that every weight needs its random number / without masks; masked-step-beginning: with masks as a training begins, which keep nearly all; masked-step-adapters, -noise, -weights: seconds of the logits, of drawing masks of them, of the masked weights, each alone")
{
    private const int Rounds = 5;

    // Near enough to the bound that every weight needs its random number.
    private const double Logit = 2;

    public override async Task RunAsync()
    {
        var rounds = await OnNativeThreadAsync(() =>
        {
            using var unet = FullSize.UNet();
            using var masks = LearnedMaskModel.Create(unet, logit: Logit);
            using var beginning = LearnedMaskModel.Create(unet);
            using var noise = new CounterMaskNoise(1);
            var evaluation = 0L;
            return Stopwatches.InTurn(
                Rounds,
                () => FullSize.TimeUNet(unet, masks.Masks(new(), noise, evaluation++)),
                () => FullSize.TimeUNet(unet),
                () => FullSize.TimeUNet(unet, beginning.Masks(new(), noise, evaluation++)),
                () => TimeAdapters(masks),
                () => TimeNoise(masks, noise, evaluation++),
                () => TimeWeights(unet, masks));
        });
        Print(Stopwatches.Median(rounds.Select(round => round[0] / round[1])));
        Print($"{Name}-beginning", Stopwatches.Median(rounds.Select(round => round[2] / round[1])), Goal);
        foreach (var (i, part) in new[] { "adapters", "noise", "weights" }.Index())
        {
            Print($"{Name}-{part}", Stopwatches.Median(rounds.Select(round => round[3 + i])), "");
        }
    }

    private static double TimeAdapters(LearnedMaskModel masks)
    {
        using var scope = NewDisposeScope();
        var seconds = 0.0;
        foreach (var block in masks.Layout.Blocks)
        {
            var z = rand(2, block.OutChannels / masks.Config.Factor, block.InChannels / masks.Config.Factor);
            seconds += block.Layers.Sum(layer => TimeFreed(() => masks.AdapterOf(layer)!.Logits(z)));
        }

        return seconds;
    }

    private static double TimeNoise(LearnedMaskModel masks, IMaskNoise noise, long evaluation) => masks.Layers.Sum(layer =>
    {
        using var logits = full([2, .. layer.Shape], Logit, ScalarType.Float32);
        return TimeFreed(() => new GumbelSigmoid().Draw(logits, noise, new MaskDraw(evaluation, layer.Name)));
    });

    private static double TimeWeights(UNet2DConditionModel unet, LearnedMaskModel masks) => masks.Layers.Sum(layer =>
    {
        using var mask = ones([2, .. layer.Shape], ScalarType.Bool);
        return TimeFreed(() => MaskedWeightKernel.Apply(unet.Weight(layer), mask));
    });

    private static double TimeFreed(Func<Tensor> work) => Stopwatches.Time(() => work().Dispose());
}
