using System.CommandLine;
using System.Globalization;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Trains masks on TinyShapes scenes, and measures their loss on held-out ones meanwhile.</summary>
internal static class Learning
{
    private const int Looks = 5;

    /// <returns>The file that the masks are in.</returns>
    public static async Task<string> RunAsync(StableDiffusionPipeline pipeline, ParseResult options, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(options.GetValue(Options.Output)!);
        Directory.CreateDirectory(folder);
        using var examples = await CachedExamples.EncodeAsync(
            (ILatentEncoder)pipeline.Decoder,
            pipeline.TextEncoder,
            new PictureReader(new SceneDataset(options.GetValue(Options.Seed))),
            options.GetValue(Options.Examples),
            Path.Combine(folder, "examples.safetensors"),
            cancellationToken: cancellation);
        using var heldOut = await HeldOutLoss.PrepareAsync(pipeline, options.GetValue(Options.Scenes), cancellation);

        var (gumbelSigmoid, seed) = (Options.GumbelSigmoid(options), options.GetValue(Options.Seed));
        var scheduler = (DiffusionScheduler)pipeline.Scheduler;
        var objective = new DiffusionObjective { Noise = scheduler.NoiseSchedule, Prediction = scheduler.PredictionType, Debiased = options.GetValue(Options.Debiased) };
        using var masks = LearnedMaskModel.Create(pipeline.UNet, Options.Config(options), options.GetValue(Options.Layers).Targets(), logit: options.GetValue(Options.Logit), seed: seed);
        var steps = options.GetValue(Options.Steps);
        var trainer = new MaskTrainer(masks, pipeline.UNet, examples, objective, MaskTrainer.Defaults with
        {
            Steps = steps,
            BatchSize = options.GetValue(Options.Batch),
            Accumulation = 1,
            LearningRate = options.GetValue(Options.LearningRate),
            Decay = LearningRateDecay.Cosine,
            Seed = seed,
            Folder = folder,
            CheckpointEvery = 50,
            SampleEvery = Math.Max(1, steps / Looks),
            Sample = state => Look(state),
        }, gumbelSigmoid);
        Console.WriteLine($"loss on held-out scenes, plain: {heldOut.Of(null, gumbelSigmoid)}");
        await trainer.RunAsync(new TrainingConsole("masks"), cancellation);
        Console.WriteLine($"loss on held-out scenes, masked: {heldOut.Of(masks, gumbelSigmoid)}");

        var file = Path.Combine(folder, "masks.safetensors");
        masks.Save(file, ScalarType.Float16);
        return file;

        void Look(TrainingProgress state)
        {
            Console.WriteLine($"loss on held-out scenes after step {state.Step}: {heldOut.Of(masks, gumbelSigmoid)}");
            masks.Save(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"masks-{state.Step}.safetensors")), ScalarType.Float16);
        }
    }
}
