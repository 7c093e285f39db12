using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Trains a small model of ImageReward's architecture, and writes it as <see cref="ImageReward.Load"/> reads it.</summary>
internal static class ImageRewardStage
{
    private const string WeightsName = "ImageReward.safetensors";

    /// <param name="folder">Where the model goes.</param>
    /// <param name="work">Where the training keeps its files.</param>
    /// <param name="comparisons">The rankings.</param>
    /// <param name="steps">Training steps.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public static async Task<ImageReward> RunAsync(string folder, string work, IComparisonDataset comparisons, int steps, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            Directory.CreateDirectory(folder);
            var vocabulary = Path.Combine(folder, BertTokenizer.FileName);
            await File.WriteAllLinesAsync(vocabulary, Recipe.Vocabulary, cancellation);
            var tokenizer = BertTokenizer.Load(vocabulary);
            using var model = Begin(tokenizer);
            var options = Recipe.ImageRewardTraining(steps) with { Folder = work };
            await new ImageRewardTrainer(model, tokenizer, comparisons, options).RunAsync(new TrainingConsole("ImageReward"), cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, "med_config.json"), model.Config.ToJson().ToJsonString(ClipFiles.Indented) + "\n", cancellation);
            HalfPrecision.Write(Path.Combine(folder, WeightsName), model.Weights);
        }

        return ImageReward.Load(folder);
    }

    private static ImageRewardModel Begin(BertTokenizer tokenizer)
    {
        var (clip, _) = TinyShapes.LoadClip();
        using (clip)
        {
            return new ImageRewardModel(Recipe.ImageReward(tokenizer, clip.Config.Vision), new ClipVisionStart(clip, new InitialWeights(Recipe.Seed)));
        }
    }
}
