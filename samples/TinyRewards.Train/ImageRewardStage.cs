using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Trains a small model of ImageReward's architecture from nothing, and writes it as <see cref="ImageReward.Load"/> reads it.</summary>
internal static class ImageRewardStage
{
    private const string WeightsName = "ImageReward.safetensors";

    public static async Task<ImageReward> RunAsync(string folder, string work, IComparisonDataset comparisons, int steps, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            Directory.CreateDirectory(folder);
            var vocabulary = Path.Combine(folder, BertTokenizer.FileName);
            await File.WriteAllLinesAsync(vocabulary, Recipe.Vocabulary, cancellation);
            var tokenizer = BertTokenizer.Load(vocabulary);
            using var model = new ImageRewardModel(Recipe.ImageReward(tokenizer), new InitialWeights(Recipe.Seed, Zeros));
            var options = Recipe.ImageRewardTraining(steps) with { Folder = work };
            await new ImageRewardTrainer(model, tokenizer, comparisons, options).RunAsync(new TrainingConsole("ImageReward"), cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, "med_config.json"), model.Config.ToJson().ToJsonString(ClipFiles.Indented) + "\n", cancellation);
            HalfPrecision.Write(Path.Combine(folder, WeightsName), model.Weights);
        }

        return ImageReward.Load(folder);
    }

    /// <summary>What closes a residual branch of the vision transformer begins at 0.</summary>
    private static string[] Zeros => ["attn.proj.weight", "mlp.fc2.weight"];
}
