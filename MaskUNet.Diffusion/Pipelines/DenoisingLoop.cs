using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>
/// From noise to the finished sample under one mask strategy, in units for the native thread. Tensors that live from unit to unit are
/// detached from dispose scopes and held by <see cref="kept"/> until the loop is disposed.
/// </summary>
/// <param name="pipeline">The models.</param>
/// <param name="request">The request, resolved.</param>
/// <param name="prompts">The prompts, one an image.</param>
/// <param name="text">The embedded prompts, with the negative ones in front where the run is guided.</param>
/// <param name="masks">How masks are found.</param>
/// <param name="cancellation">The caller's.</param>
internal sealed class DenoisingLoop(
    StableDiffusionPipeline pipeline, ImageRequest request, IReadOnlyList<string> prompts, Tensor text, MaskStrategy masks, CancellationToken cancellation) : IDisposable
{
    private readonly TensorKeeper kept = new();
    private readonly IDiffusionScheduler scheduler = request.Scheduler!;

    /// <summary>What the strategy keeps.</summary>
    public MaskRun MaskRun { get; } = new(pipeline.MaskRun);

    /// <summary>Draws.</summary>
    /// <param name="begin">Told before the noise (0 of 0) and before each step, counted from 1: the step, and of how many.</param>
    /// <param name="end">Told after each step: the step from 1, of how many, its timestep, the sample.</param>
    /// <returns>Nulls between the units, then the finished sample, which the loop keeps.</returns>
    public IEnumerable<Tensor?> Units(Action<int, int>? begin = null, Action<int, int, double, Tensor>? end = null)
    {
        begin?.Invoke(0, 0);
        using var noise = new SeededNoise(request.Seeds!);
        var options = new StepOptions { Eta = request.Eta };
        var state = scheduler.Start(scheduler.CreateSchedule(request.Steps), FirstEvaluation(), options);
        var latents = kept.Keep(request.Image is null ? Noise(state, noise) : NoisedImage(state, noise));
        var first = state.Index;
        var count = state.Schedule.Timesteps.Count - first;
        yield return null;

        while (!state.IsDone)
        {
            begin?.Invoke(state.Index - first + 1, count);
            using (var step = new GuidedStep(pipeline, request, scheduler, state, first, text, latents, prompts, MaskRun, cancellation))
            {
                Tensor? prediction = null;
                foreach (var unit in masks.PredictInUnits(step))
                {
                    if (unit is not null)
                    {
                        prediction = unit;
                        break;
                    }

                    yield return null;
                }

                var keeps = masks.KeepsSolverHistory || state.Index % scheduler.EvaluationsPerStep > 0; // within a step there is no way without
                var from = keeps ? state : scheduler.Start(state.Schedule, state.Index, options);
                var done = scheduler.Step(from, PredictionCheck.Check(prediction, latents), latents, noise);
                kept.Replace([latents, .. state.Tensors], [done.Sample, .. done.State.Tensors]); // the history may hold the sample
                (latents, state) = (done.Sample, done.State);
                end?.Invoke(step.Index + 1, count, step.Timestep, latents);
            }

            if (!state.IsDone)
            {
                yield return null;
            }
        }

        yield return latents;
    }

    public void Dispose()
    {
        MaskRun.Dispose();
        kept.Dispose();
    }

    private int FirstEvaluation()
    {
        if (request.Image is null)
        {
            return 0;
        }

        var run = Math.Min((int)(request.Steps * request.Strength), request.Steps);
        return (request.Steps - run) * scheduler.EvaluationsPerStep;
    }

    private Tensor Noise(SchedulerState state, SeededNoise noise)
    {
        var factor = pipeline.Decoder.DownscaleFactor;
        return noise.Draw(
            [prompts.Count, pipeline.UNet.InChannels, request.Height!.Value / factor, request.Width!.Value / factor], pipeline.UNet.DataType, pipeline.UNet.Device)
            * state.Schedule.InitNoiseSigma;
    }

    private Tensor NoisedImage(SchedulerState state, SeededNoise noise)
    {
        var image = request.Image!.Resize(request.Width!.Value, request.Height!.Value)
            .ToTensor().to(pipeline.UNet.DataType).to(pipeline.UNet.Device);
        var distribution = pipeline.Encoder.Encode(image);
        FiniteCheck.Check(distribution.Mean, "The encoder", "for the input picture");
        // As the reference: a shared generator draws one sample of the picture's posterior for the whole batch.
        var sample = request.SharedGenerator
            ? Repeat(distribution.Sample(noise))
            : new LatentDistribution(Repeat(distribution.Mean), Repeat(distribution.LogVariance)).Sample(noise);
        var clean = sample * pipeline.Encoder.ScalingFactor;
        return scheduler.AddNoise(clean, noise.Draw(clean.shape, clean.dtype, clean.device), state);
    }

    private Tensor Repeat(Tensor one) => one.expand(prompts.Count, -1, -1, -1);
}
