using System.CommandLine;
using System.Globalization;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Trains masks on TinyShapes scenes.</summary>
internal static class Learning
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <returns>The file that the masks are in.</returns>
    public static async Task<string> RunAsync(StableDiffusionPipeline pipeline, ParseResult options, CancellationToken cancellation)
    {
        var folder = options.GetValue(Options.Output)!;
        Directory.CreateDirectory(folder);
        using var examples = await CachedExamples.EncodeAsync(
            (ILatentEncoder)pipeline.Decoder,
            pipeline.TextEncoder,
            new PictureReader(new SceneDataset(options.GetValue(Options.Seed))),
            options.GetValue(Options.Examples),
            Path.Combine(folder, "examples.safetensors"),
            cancellationToken: cancellation);

        var scheduler = (DiffusionScheduler)pipeline.Scheduler;
        var objective = new DiffusionObjective { Noise = scheduler.NoiseSchedule, Prediction = scheduler.PredictionType };
        using var masks = LearnedMaskModel.Create(pipeline.UNet, logit: options.GetValue(Options.Logit), seed: options.GetValue(Options.Seed));
        var trainer = new MaskTrainer(masks, pipeline.UNet, examples, objective, MaskTrainer.Defaults with
        {
            Steps = options.GetValue(Options.Steps),
            BatchSize = options.GetValue(Options.Batch),
            Accumulation = 1,
            LearningRate = options.GetValue(Options.LearningRate),
            Seed = options.GetValue(Options.Seed),
            Folder = folder,
            CheckpointEvery = 50,
        });
        await trainer.RunAsync(new Lines(), cancellation);

        var file = Path.GetFullPath(Path.Combine(folder, "masks.safetensors"));
        masks.Save(file);
        return file;
    }

    private sealed class Lines : IProgress<TrainingProgress>
    {
        private TimeSpan next;

        public void Report(TrainingProgress value)
        {
            if (value.Elapsed < next && value.Step < value.Steps)
            {
                return;
            }

            next = value.Elapsed + Pause;
            var metrics = string.Concat(value.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Key} {metric.Value:G4}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {value.Step} of {value.Steps}, loss {value.Loss:F4}{metrics}, {value.Remaining:hh\\:mm\\:ss} left"));
        }
    }
}
