using System.Globalization;
using System.Text.Json;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Tunes the small CLIP of TinyShapes on preferences, as HPSv2 was made, and writes it as <see cref="HpsV2.Load"/> reads it. What is kept is a
/// mean of the untuned and the tuned weights (Wortsman et al., arXiv 2109.01903), the best on a validation set.
/// </summary>
internal static class PreferenceStage
{
    private const string WeightsName = "model.safetensors";

    /// <param name="folder">Where the model goes.</param>
    /// <param name="work">Where the training keeps its files.</param>
    /// <param name="comparisons">The rankings.</param>
    /// <param name="steps">Training steps.</param>
    /// <param name="agreement">How good a reward is, on the validation's prompts.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public static async Task<HpsV2> RunAsync(
        string folder, string work, IComparisonDataset comparisons, int steps, Func<IRewardModel, double> agreement, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            var (model, tokenizer) = TinyShapes.LoadClip();
            var (untuned, _) = TinyShapes.LoadClip();
            using (model)
            using (untuned)
            {
                var options = Recipe.PreferenceTraining(steps) with { Folder = work };
                await new ClipPreferenceTrainer(model, tokenizer, comparisons, options).RunAsync(new TrainingConsole("HPS"), cancellation);
                var trial = Path.Combine(work, "trial");
                Directory.CreateDirectory(trial);
                foreach (var file in Directory.GetFiles(Path.Combine(TinyShapes.ModelFolder, "tokenizer")))
                {
                    File.Copy(file, Path.Combine(trial, Path.GetFileName(file)), overwrite: true);
                }

                await File.WriteAllTextAsync(Path.Combine(trial, "config.json"), JsonSerializer.Serialize(ClipFiles.Config(model.Config), ClipFiles.Indented) + "\n", cancellation);
                WriteBest(trial, untuned.Weights, model.Weights, agreement);
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                Directory.Move(trial, folder);
            }
        }

        return HpsV2.Load(folder);
    }

    private static void WriteBest(
        string folder, IReadOnlyDictionary<string, Tensor> untuned, IReadOnlyDictionary<string, Tensor> tuned, Func<IRewardModel, double> agreement)
    {
        using var quiet = no_grad();
        Write(Recipe.TunedShares.MaxBy(share =>
        {
            Write(share);
            using var reward = HpsV2.Load(folder);
            var found = agreement(reward);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{share:P0} tuned: agrees with the oracle on {found:P1} of the validation's pairs"));
            return found;
        }));

        void Write(double share)
        {
            using var scope = NewDisposeScope();
            HalfPrecision.Write(Path.Combine(folder, WeightsName), untuned.ToDictionary(weight => weight.Key, weight => lerp(weight.Value, tuned[weight.Key], share)));
        }
    }
}
