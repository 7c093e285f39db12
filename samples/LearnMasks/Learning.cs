using System.CommandLine;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Trains masks on TinyShapes scenes.</summary>
internal static class Learning
{
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
        await trainer.RunAsync(new TrainingConsole("masks"), cancellation);

        var file = Path.GetFullPath(Path.Combine(folder, "masks.safetensors"));
        masks.Save(file);
        return file;
    }
}
