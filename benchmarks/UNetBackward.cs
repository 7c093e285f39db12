using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Masking;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class UNetBackward() : Benchmark(
    "unet-backward", "<= 3.0", "forward and backward to the sample and to masks of the decoder half's attention (batch 1) / forward without gradients")
{
    private const int Rounds = 3;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.UNet();
        using var scope = NewDisposeScope();
        var masks = new GradientMasks(MaskTargets.DecoderAttention.Of(model));
        return Stopwatches.MedianRatio(
            Rounds,
            () => Stopwatches.Time(() => Backward(model, masks)),
            () => Stopwatches.Time(() => Forward(model, FullSize.Input(1), masks).Dispose()));
    }));

    private static void Backward(UNet2DConditionModel model, GradientMasks masks)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var input = FullSize.Input(1);
        input.Sample.requires_grad_();
        Forward(model, input, masks).square().sum().backward();
        if (input.Sample.grad is null)
        {
            throw new MaskUNetException("The sample has no gradient.");
        }

        masks.ClearGradients();
    }

    private static Tensor Forward(UNet2DConditionModel model, UNetInput input, GradientMasks masks)
    {
        using var scope = NewDisposeScope();
        return model.Decode(model.Encode(input, masks), masks).MoveToOuterDisposeScope();
    }
}
