using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Training;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks;

internal sealed class MaskTraining() : Benchmark(
    "mask-trainer", "<= 1.25", "a step of MaskTrainer, batch 1 / forward and backward of that U-Net to what the encoder half gives the decoder half, without gradients in the encoder half")
{
    private const int Rounds = 2;

    public override Task RunAsync()
    {
        using var unet = FullSize.UNet();
        using var masks = LearnedMaskModel.Create(unet);
        using var examples = new OneExample();
        Print(Stopwatches.MedianRatio(
            Rounds,
            () => TimeStep(masks, unet, examples),
            () => OnNativeThreadAsync(() => TimeBackward(unet)).GetAwaiter().GetResult()));
        return Task.CompletedTask;
    }

    // The second of two steps, since the first fetches memory from the system; so below.
    private static double TimeStep(LearnedMaskModel masks, UNet2DConditionModel unet, OneExample examples)
    {
        var times = new Times();
        var objective = new DiffusionObjective { Noise = NoiseSchedule.Create(new DdimSchedulerOptions()) };
        var options = MaskTrainer.Defaults with { Steps = 2, BatchSize = 1, Accumulation = 1 };
        new MaskTrainer(masks, unet, examples, objective, options).RunAsync(times).GetAwaiter().GetResult();
        return times.Last;
    }

    private static double TimeBackward(UNet2DConditionModel unet)
    {
        Backward(unet);
        return Stopwatches.Time(() => Backward(unet));
    }

    private static void Backward(UNet2DConditionModel unet)
    {
        using var scope = NewDisposeScope();
        var features = unet.Encode(FullSize.Input(1), NoMasks.Instance);
        foreach (var tensor in features.Tensors)
        {
            tensor.requires_grad_();
        }

        using var recording = enable_grad();
        unet.Decode(features, NoMasks.Instance).square().mean().backward();
        if (features.Hidden.grad is null)
        {
            throw new MaskUNetException("The features have no gradient.");
        }
    }

    /// <summary>A picture of noise and its caption.</summary>
    private sealed class OneExample : IDiffusionExamples, IDisposable
    {
        private readonly UNetInput input = Made();

        public string Name => "one example";

        public DiffusionBatch Draw(TrainingStep step, double captionDropout) => new(input.Sample.clone(), input.EncoderHiddenStates.clone());

        public void Dispose()
        {
            input.Sample.Dispose();
            input.Timesteps.Dispose();
            input.EncoderHiddenStates.Dispose();
        }

        private static UNetInput Made()
        {
            using var scope = NewDisposeScope();
            var made = FullSize.Input(1);
            return new(made.Sample.DetachFromDisposeScope(), made.Timesteps.DetachFromDisposeScope(), made.EncoderHiddenStates.DetachFromDisposeScope());
        }
    }

    private sealed class Times : IProgress<TrainingProgress>
    {
        private TimeSpan before;

        public double Last { get; private set; }

        public void Report(TrainingProgress value) => (Last, before) = ((value.Elapsed - before).TotalSeconds, value.Elapsed);
    }
}
