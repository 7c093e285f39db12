using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Runtime;
using MaskUNet.Scheduling;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;
using MaskUNet.UNet;

namespace MaskUNet.Shapes.Train;

/// <summary>Trains the U-Net on the latents of scenes.</summary>
internal static class DenoiserStage
{
    public static async Task<UNet2DConditionModel> RunAsync(string folder, AutoencoderKL vae, ClipTextEncoder textEncoder, CancellationToken cancellation)
    {
        var weights = Path.Combine(folder, "weights.safetensors");
        if (!File.Exists(weights))
        {
            Directory.CreateDirectory(folder);
            using var examples = await CachedExamples.EncodeAsync(
                vae,
                textEncoder,
                new PictureReader(new SceneDataset(Recipe.Seed)),
                Recipe.Examples,
                Path.Combine(folder, "examples.safetensors"),
                new CountConsole(Recipe.Examples, "scenes encoded"),
                cancellation);
            using var unet = new UNet2DConditionModel(Recipe.UNet, new InitialWeights(Recipe.Seed, Recipe.UNetZeros));
            var objective = new DiffusionObjective { Noise = NoiseSchedule.Create(Recipe.Scheduler), Prediction = Recipe.Scheduler.PredictionType };
            var options = Recipe.UNetTraining with { Folder = folder, Sample = state => Look(unet, vae, textEncoder, folder, state) };
            await new DiffusionTrainer(unet, examples, objective, options).RunAsync(new TrainingConsole("U-Net"), cancellation);
            SafetensorsWriter.Write(weights, unet.Weights);
        }

        using var file = new SafetensorsFile(weights);
        return new UNet2DConditionModel(Recipe.UNet, file);
    }

    private static void Look(UNet2DConditionModel unet, AutoencoderKL vae, ClipTextEncoder textEncoder, string folder, TrainingProgress state)
    {
        // Only the thread is disposed: the pipeline would take the models with it, and they go on being trained.
        using var thread = new NativeThread("MaskUNet samples");
        var pipeline = new StableDiffusionPipeline(
            textEncoder, unet, vae, new DdimScheduler(Recipe.Scheduler), sampleSize: Recipe.UNet.SampleSize, thread: thread);
        var prompts = OracleBenchmark.HeldOutPrompts(Recipe.SamplePrompts, Recipe.Seed);
        // The training waits here: it is what is being looked at.
        var pictures = OracleBenchmark.DrawAsync(pipeline, prompts, Recipe.Request).GetAwaiter().GetResult();
        var scores = OracleBenchmark.Score(prompts, pictures);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"U-Net: after step {state.Step}, of {prompts.Count} held-out prompts: single object {scores.SingleObject:P0}, colours {scores.Colors:P0}, shape {scores.ShapeBinding:P0}, two objects {scores.TwoObjects:P0}, all right {scores.Correct:P0}"));
        var cells = prompts.Zip(pictures, (prompt, picture) => (picture.Resize(128, 128, ResizeFilter.Box), prompt)).Take(24).ToList();
        ContactSheet.Create(cells, columns: 8).SavePng(Path.Combine(folder, "samples.png"));
        LossPlot.Save(folder, "U-Net");
    }
}
