using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.Train;

/// <summary>Trains the autoencoder, then measures the scale of its latents.</summary>
internal static class AutoencoderStage
{
    private const string ScaleKey = "scaling_factor";
    private const int Measured = 32; // batches of 32 pictures

    public static async Task<AutoencoderKL> RunAsync(string folder, CancellationToken cancellation)
    {
        var weights = Path.Combine(folder, "weights.safetensors");
        if (!File.Exists(weights))
        {
            using var model = new AutoencoderKL(Recipe.Autoencoder, new InitialWeights(Recipe.Seed, Recipe.AutoencoderZeros));
            var options = Recipe.AutoencoderTraining with { Folder = folder, Sample = state => Look(model, folder, state) };
            var trainer = new AutoencoderTrainer(model, new PictureReader(new SceneDataset(Recipe.Seed)), options, Recipe.AutoencoderObjective);
            await trainer.RunAsync(new TrainingConsole("autoencoder"), cancellation);
            var measured = Scale(model).ToString(CultureInfo.InvariantCulture);
            SafetensorsWriter.Write(weights, model.Weights, new Dictionary<string, string> { [ScaleKey] = measured });
        }

        // Measured once: the U-Net is trained on latents of this scale.
        using var file = new SafetensorsFile(weights);
        return new AutoencoderKL(Recipe.Autoencoder with { ScalingFactor = double.Parse(file.Metadata[ScaleKey], CultureInfo.InvariantCulture) }, file);
    }

    /// <summary>Peak signal to noise of held-out scenes, in dB.</summary>
    public static double Psnr(AutoencoderKL model)
    {
        using var withoutGradients = no_grad();
        var sum = 0.0;
        for (var batch = 0; batch < Measured; batch++)
        {
            using var scope = NewDisposeScope();
            var pictures = Pictures(batch);
            sum += ((Again(model, pictures) - pictures) / 2).square().mean().item<float>();
        }

        return -10 * Math.Log10(sum / Measured);
    }

    // One over the latents' deviation, as latent diffusion does it, so that the U-Net sees a variance of 1.
    private static double Scale(AutoencoderKL model)
    {
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise([Recipe.Seed]);
        var latents = Enumerable.Range(0, Measured).Select(batch => model.Encode(Pictures(batch)).Sample(noise)).ToList();
        return Math.Round(1 / cat(latents).std().item<float>(), 4);
    }

    private static void Look(AutoencoderKL model, string folder, TrainingProgress state)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"autoencoder: {Psnr(model):F2} dB on held-out scenes after step {state.Step}"));
        using var scope = NewDisposeScope();
        var pictures = Pictures(0).narrow(0, 0, 12);
        var again = Again(model, pictures);
        var cells = Enumerable.Range(0, 12).SelectMany(i => new[] { (Large(pictures, i), "scene"), (Large(again, i), "decoded") }).ToList();
        ContactSheet.Create(cells, columns: 8).SavePng(Path.Combine(folder, "samples.png"));
        LossPlot.Save(folder, "Autoencoder");
    }

    private static RgbImage Large(Tensor pictures, int index) => RgbImage.FromDecoded(pictures.narrow(0, index, 1)).Resize(128, 128, ResizeFilter.Box);

    private static Tensor Pictures(int batch) => new PictureReader(new SceneDataset(Recipe.Seed, SceneSplit.HeldOut)).Read(batch * 32L, 32).ToTensor();

    private static Tensor Again(AutoencoderKL model, Tensor pictures) => model.Decode(model.Encode(pictures).Mean).clamp(-1, 1);
}
