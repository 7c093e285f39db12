using System.Diagnostics;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>
/// One request on its way through the pipeline, cut into units for the native thread: text and noise, each step, each picture. Tensors
/// that live from unit to unit are detached from dispose scopes and held by <see cref="kept"/>.
/// </summary>
internal sealed class StableDiffusionRun(
    StableDiffusionPipeline pipeline, ImageRequest request, IProgress<GenerationProgress>? progress, CancellationToken cancellation) : IDisposable
{
    private readonly List<string> warnings = [];
    private readonly TensorKeeper kept = new();
    private readonly MaskRun maskRun = new(pipeline.MaskRun);
    private readonly IDiffusionScheduler scheduler = request.Scheduler!;
    private readonly MaskStrategy masks = request.Masks!;
    private readonly IReadOnlyList<string> prompts = [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, request.ImagesPerPrompt))];

    /// <summary>What the run is at, for messages.</summary>
    public string Activity { get; private set; } = "encoding the prompts";

    private string Pictures => $"{prompts.Count} picture(s) of {request.Width} x {request.Height} pixels";

    public IEnumerable<ImageResult?> Units()
    {
        var clock = Stopwatch.StartNew();
        using var noise = new SeededNoise(request.Seeds!);
        try
        {
            var text = kept.Keep(EncodePrompts());
            Activity = $"preparing {Pictures}";
            var state = scheduler.Start(scheduler.CreateSchedule(request.Steps), FirstEvaluation(), new StepOptions { Eta = request.Eta });
            var latents = kept.Keep(request.Image is null ? Noise(state, noise) : NoisedImage(state, noise));
            var first = state.Index;
            var count = state.Schedule.Timesteps.Count - first;
            yield return null;

            while (!state.IsDone)
            {
                Activity = $"drawing step {state.Index - first + 1} of {count} of {Pictures}";
                using (var step = new GuidedStep(pipeline, request, scheduler, state, first, text, latents, prompts, maskRun, cancellation))
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

                    var done = scheduler.Step(state, PredictionCheck.Check(prediction, latents), latents, noise);
                    kept.Replace([latents, .. state.Tensors], [done.Sample, .. done.State.Tensors]); // the history may hold the sample
                    (latents, state) = (done.Sample, done.State);
                    progress?.Report(new(step.Index + 1, count, step.Timestep, clock.Elapsed, LatentSnapshot.Of(latents)));
                }

                yield return null;
            }

            var images = new List<GeneratedImage>();
            for (var i = 0; i < prompts.Count; i++)
            {
                Activity = $"decoding image {i + 1} of {Pictures}";
                images.Add(Decode(latents, i));
                if (i < prompts.Count - 1)
                {
                    yield return null;
                }
            }

            yield return new ImageResult(images, request, clock.Elapsed, warnings);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        maskRun.Dispose();
        kept.Dispose();
    }

    private Tensor EncodePrompts()
    {
        var conditional = Encode(prompts, request.ClipSkip);
        return request.GuidanceScale > 1
            ? cat([Encode([.. NegativePrompts()], clipSkip: 0), conditional]) // the reference skips no layers here
            : conditional;
    }

    private Tensor Encode(IReadOnlyList<string> texts, int clipSkip)
    {
        var embedding = pipeline.TextEncoder.Encode(texts, clipSkip);
        FiniteCheck.Check(embedding.HiddenStates, "The text encoder", "for the prompts");
        warnings.AddRange(embedding.Dropped.Where(dropped => dropped.Length > 0).Distinct()
            .Select(dropped => $"The prompt is longer than the text encoder reads; this was dropped: '{dropped}'"));
        return embedding.HiddenStates;
    }

    private IEnumerable<string> NegativePrompts() => request.NegativePrompts.Count > 1
        ? request.NegativePrompts.SelectMany(negative => Enumerable.Repeat(negative, request.ImagesPerPrompt))
        : Enumerable.Repeat(request.NegativePrompt, prompts.Count);

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

    private GeneratedImage Decode(Tensor latents, int index)
    {
        NativeMemory.Release(); // what the U-Net worked in would stand beside what the decoder works in
        var decoded = pipeline.Decoder.Decode(latents.narrow(0, index, 1) / pipeline.Decoder.ScalingFactor);
        FiniteCheck.Check(decoded, "The decoder", $"for image {index + 1} of {prompts.Count}");
        return new GeneratedImage(RgbImage.FromDecoded(decoded), prompts[index], request.Seeds![request.SharedGenerator ? 0 : index], index)
        {
            Settings = ImageRequestJson.Write(OneImage(index)),
        };
    }

    /// <summary>The request of one image alone. What a shared generator drew cannot be drawn without the rest of its batch.</summary>
    private ImageRequest OneImage(int index) => request.SharedGenerator && prompts.Count > 1 ? request : request with
    {
        Prompts = [prompts[index]],
        NegativePrompts = [.. NegativePrompts().Skip(index).Take(1)],
        ImagesPerPrompt = 1,
        Seed = request.Seeds![index],
        Seeds = null,
        SharedGenerator = false,
    };
}
