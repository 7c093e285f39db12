using System.Diagnostics;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet;

/// <summary>One request on its way through the pipeline, cut into units for the native thread: text and noise, each step, each picture.</summary>
internal sealed class StableDiffusionRun(
    StableDiffusionPipeline pipeline, ImageRequest request, IProgress<GenerationProgress>? progress, CancellationToken cancellation) : IDisposable
{
    private readonly List<string> warnings = [];
    private readonly TensorKeeper kept = new();
    private readonly List<DenoisingLoop> loops = [];
    private readonly MaskStrategy masks = request.Masks!;
    private readonly IReadOnlyList<string> prompts = [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, request.ImagesPerPrompt))];

    /// <summary>What the run is at, for messages.</summary>
    public string Activity { get; private set; } = "encoding the prompts";

    private string Pictures => $"{prompts.Count} picture(s) of {request.Width} x {request.Height} pixels";

    public IEnumerable<ImageResult?> Units()
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var text = kept.Keep(EncodePrompts());
            var loop = Loop(text, masks);
            Tensor? latents = null;
            foreach (var unit in loop.Units(Begin, Report))
            {
                latents = unit;
                yield return null; // after the last step too: decoding is a unit of its own
            }

            Activity = $"finishing {Pictures}";
            FinishedSample? finished = null;
            foreach (var unit in masks.FinishInUnits(Finished(loop, latents!, text)))
            {
                if (unit is not null)
                {
                    finished = unit;
                    break;
                }

                yield return null;
            }

            var sample = kept.Keep(PredictionCheck.CheckFinished(finished, latents!).alias());
            warnings.AddRange(finished!.Warnings);
            var images = new List<GeneratedImage>();
            for (var i = 0; i < prompts.Count; i++)
            {
                images.Add(Describe(Decode(sample, i), i) with { Rewards = finished.Comparisons?[i] });
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

        void Report(int step, int count, double timestep, Tensor latents) =>
            progress?.Report(new(step, count, timestep, clock.Elapsed, LatentSnapshot.Of(latents)));
    }

    public void Dispose()
    {
        loops.ForEach(loop => loop.Dispose());
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

    private DenoisingLoop Loop(Tensor text, MaskStrategy strategy)
    {
        var loop = new DenoisingLoop(pipeline, request, prompts, text, strategy, cancellation);
        loops.Add(loop);
        return loop;
    }

    private FinishedRun Finished(DenoisingLoop loop, Tensor latents, Tensor text) => new(
        latents, prompts, loop.MaskRun, () => Loop(text, MaskStrategy.None).Units(Begin), Decode, cancellation);

    private void Begin(int step, int count) =>
        Activity = step == 0 ? $"preparing {Pictures}" : $"drawing step {step} of {count} of {Pictures}";

    private RgbImage Decode(Tensor latents, int index)
    {
        Activity = $"decoding image {index + 1} of {Pictures}";
        using var scope = NewDisposeScope();
        NativeMemory.Release(); // what the U-Net worked in would stand beside what the decoder works in
        var decoded = pipeline.Decoder.Decode(latents.narrow(0, index, 1) / pipeline.Decoder.ScalingFactor);
        FiniteCheck.Check(decoded, "The decoder", $"for image {index + 1} of {prompts.Count}");
        return RgbImage.FromDecoded(decoded);
    }

    private GeneratedImage Describe(RgbImage image, int index) => new(image, prompts[index], request.Seeds![request.SharedGenerator ? 0 : index], index)
    {
        Settings = ImageRequestJson.Write(OneImage(index)),
    };

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
