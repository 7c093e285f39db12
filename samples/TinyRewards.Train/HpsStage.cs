using System.Text.Json;
using MaskUNet.Images;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Tunes the small CLIP of TinyShapes on the oracle's preferences, as HPSv2 was on people's, and writes it as <see cref="HpsV2.Load"/> reads it.</summary>
internal static class HpsStage
{
    private const string WeightsName = "model.safetensors";

    /// <param name="folder">Where the model goes.</param>
    /// <param name="work">Where the training keeps its files.</param>
    /// <param name="families">What is graded.</param>
    /// <param name="validation">Looked at now and then.</param>
    /// <param name="options">How to train.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public static async Task<HpsV2> RunAsync(
        string folder, string work, IFamilies families, AgreementReport validation, TrainingOptions options, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            var (model, tokenizer) = TinyShapes.LoadClip();
            using (model)
            {
                Tensor Score(IReadOnlyList<RgbImage> pictures, IReadOnlyList<string> prompts) =>
                    (ClipFigures.Features(model, pictures) * ClipFigures.Texts(model, tokenizer, prompts)).sum(1L);

                using var trainer = new ClipGradeTrainer(model, tokenizer, families, options with
                {
                    Folder = work, Sample = state => Console.WriteLine($"Step {state.Step}, validation: {validation.Of(Score)}"),
                });
                await trainer.RunAsync(new TrainingConsole("HPS"), cancellation);
                Write(folder, model);
            }
        }

        return HpsV2.Load(folder);
    }

    private static void Write(string folder, ClipModel model)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(TinyShapes.ModelFolder, "tokenizer")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(ClipFiles.Config(model.Config), ClipFiles.Indented) + "\n");
        HalfPrecision.Write(Path.Combine(folder, WeightsName), model.Weights);
    }
}
