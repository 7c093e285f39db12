using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class VaeBackward() : Benchmark(
    "vae-backward", "none", "decode of a 512 px picture and backward to its latents / decode without gradients")
{
    private const int Rounds = 3;

    public override async Task RunAsync() => Print(await OnNativeThreadAsync(() =>
    {
        using var model = FullSize.Vae();
        return Stopwatches.MedianRatio(Rounds, () => Stopwatches.Time(() => Backward(model)), () => FullSize.TimeDecode(model));
    }));

    private static void Backward(AutoencoderKL model)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var latents = FormulaWeights.InputTensor("latents", 1, 4, 64, 64).requires_grad_();
        model.Decode(latents).square().sum().backward();
        if (latents.grad is null)
        {
            throw new MaskUNetException("The latents have no gradient.");
        }
    }
}
