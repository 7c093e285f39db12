using System.Text.Json;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Tunes the small CLIP of TinyShapes on preferences, as HPSv2 was made, and writes it as <see cref="HpsV2.Load"/> reads it.</summary>
internal static class PreferenceStage
{
    private const string WeightsName = "model.safetensors";

    public static async Task<HpsV2> RunAsync(string folder, string work, IComparisonDataset comparisons, int steps, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            Directory.CreateDirectory(folder);
            var (model, tokenizer) = TinyShapes.LoadClip();
            using (model)
            {
                var options = Recipe.PreferenceTraining(steps) with { Folder = work };
                await new ClipPreferenceTrainer(model, tokenizer, comparisons, options).RunAsync(new TrainingConsole("HPS"), cancellation);
                foreach (var file in Directory.GetFiles(Path.Combine(TinyShapes.ModelFolder, "tokenizer")))
                {
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
                }

                await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(ClipFiles.Config(model.Config), ClipFiles.Indented) + "\n", cancellation);
                HalfPrecision.Write(Path.Combine(folder, WeightsName), model.Weights);
            }
        }

        return HpsV2.Load(folder);
    }
}
