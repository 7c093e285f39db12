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

/// <summary>Trains the U-Net on the latents of scenes, then refines it.</summary>
internal sealed class DenoiserStage(string folder, string refinedFolder, AutoencoderKL vae, ClipTextEncoder textEncoder, CancellationToken cancellation)
{
    public async Task<UNet2DConditionModel> RunAsync()
    {
        var refined = Weights(refinedFolder);
        if (!File.Exists(refined))
        {
            var first = Weights(folder);
            if (!File.Exists(first))
            {
                await TrainAsync(folder, new InitialWeights(Recipe.Seed, Recipe.UNetZeros), Recipe.UNetTraining, "U-Net");
            }

            using var start = new SafetensorsFile(first);
            await TrainAsync(refinedFolder, start, Recipe.UNetRefinement, "U-Net, refined");
        }

        using var file = new SafetensorsFile(refined);
        return new UNet2DConditionModel(Recipe.UNet, file);
    }

    private static string Weights(string of) => Path.Combine(of, "weights.safetensors");

    private async Task TrainAsync(string into, IWeightSource start, TrainingOptions training, string title)
    {
        Directory.CreateDirectory(into);
        using var examples = await CachedExamples.EncodeAsync(
            vae,
            textEncoder,
            new PictureReader(new SceneDataset(training.Seed)),
            Recipe.Examples,
            Path.Combine(into, "examples.safetensors"),
            new CountConsole(Recipe.Examples, "scenes encoded"),
            cancellation);
        using var unet = new UNet2DConditionModel(Recipe.UNet, start);
        var objective = new DiffusionObjective { Noise = NoiseSchedule.Create(Recipe.Scheduler), Prediction = Recipe.Scheduler.PredictionType, Debiased = true };
        var options = training with { Folder = into, Sample = state => Look(unet, into, title, state) };
        await new DiffusionTrainer(unet, examples, objective, options).RunAsync(new TrainingConsole(title), cancellation);
        SafetensorsWriter.Write(Weights(into), unet.Weights);
    }

    private void Look(UNet2DConditionModel unet, string into, string title, TrainingProgress state)
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
            $"{title}: after step {state.Step}, of {prompts.Count} held-out prompts: single object {scores.SingleObject:P0}, colours {scores.Colors:P0}, shape {scores.ShapeBinding:P0}, two objects {scores.TwoObjects:P0}, all right {scores.Correct:P0}"));
        var cells = prompts.Zip(pictures, (prompt, picture) => (picture.Resize(128, 128, ResizeFilter.Box), prompt)).Take(24).ToList();
        ContactSheet.Create(cells, columns: 8).SavePng(Path.Combine(into, "samples.png"));
        LossPlot.Save(into, title);
    }
}
