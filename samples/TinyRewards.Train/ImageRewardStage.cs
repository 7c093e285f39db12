using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Shapes.Train;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Trains a small model of ImageReward's architecture, and writes it as <see cref="ImageReward.Load"/> reads it. It begins with what a CLIP knows:
/// its vision transformer, a text model that has learned to read captions as the CLIP does, and a last layer that compares the two.
/// </summary>
internal static class ImageRewardStage
{
    private const string WeightsName = "ImageReward.safetensors";

    /// <param name="folder">Where the model goes.</param>
    /// <param name="work">Where the training keeps its files.</param>
    /// <param name="clipFolder">The CLIP, as a folder: the tuned one.</param>
    /// <param name="comparisons">The rankings.</param>
    /// <param name="steps">Training steps.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public static async Task<ImageReward> RunAsync(
        string folder, string work, string clipFolder, IComparisonDataset comparisons, AgreementReport validation, int steps, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, WeightsName)))
        {
            Directory.CreateDirectory(folder);
            var vocabulary = Path.Combine(folder, BertTokenizer.FileName);
            await File.WriteAllLinesAsync(vocabulary, Recipe.Vocabulary, cancellation);
            var tokenizer = BertTokenizer.Load(vocabulary);
            using var model = await BeginAsync(tokenizer, clipFolder, Path.Combine(work, "text"), cancellation);
            Tensor Score(IReadOnlyList<RgbImage> pictures, IReadOnlyList<string> prompts)
            {
                var (ids, mask) = BertCaptions.Encode(tokenizer, prompts, model.Config.Text.Positions);
                return model.Score(ClipPixels.Normalize(cat([.. pictures.Select(picture => picture.ToUnitTensor())])), ids, mask);
            }

            Console.WriteLine($"Before any ranking, validation: {validation.Of(Score)}");
            if (steps > 0)
            {
                var options = Recipe.ImageRewardTraining(steps) with
                {
                    Folder = work,
                    Sample = state => Console.WriteLine($"Step {state.Step}, validation: {validation.Of(Score)}"),
                };
                await new ImageRewardTrainer(model, tokenizer, comparisons, options).RunAsync(new TrainingConsole("ImageReward"), cancellation);
            }

            StandardScores.Set(model, Score, comparisons, Recipe.StandardRankings);
            await File.WriteAllTextAsync(Path.Combine(folder, "med_config.json"), model.Config.ToJson().ToJsonString(ClipFiles.Indented) + "\n", cancellation);
            HalfPrecision.Write(Path.Combine(folder, WeightsName), model.Weights);
        }

        return ImageReward.Load(folder);
    }

    private static async Task<ImageRewardModel> BeginAsync(BertTokenizer tokenizer, string clipFolder, string work, CancellationToken cancellation)
    {
        using var clip = ClipModel.Load(clipFolder);
        var clipTokenizer = ClipTokenizer.Load(clipFolder);
        Tensor Features(IReadOnlyList<string> some) => ClipFigures.Texts(clip, clipTokenizer, some);
        var config = Recipe.ImageReward(tokenizer, clip.Config.Vision);
        var model = new ImageRewardModel(config, new ClipVisionStart(clip, new InitialWeights(Recipe.Seed, LookingStart.Zeros(config.Text.Layers))));
        var scenes = new SceneSource(Recipe.Seed);
        List<Scene> some = [.. Enumerable.Range(0, Recipe.StartScenes).Select(i => scenes[i])];
        using var pixels = ClipPixels.Normalize(cat([.. some.Select(scene => scene.Render().ToUnitTensor())]));
        string[] captions = [.. some.Select(scene => scene.Caption)];
        using var basis = new ViewBasis(model, clip, pixels, Features(captions), LookingStart.Directions(config.Text.HiddenSize, config.Text.Heads));
        using var text = new TextStartTrainer(model, tokenizer, Features, basis, Recipe.TextStartTraining with { Folder = work });
        await text.RunAsync(new TrainingConsole("ImageReward's text"), cancellation);
        new LookingStart(model).Set(basis, text, captions);
        return model;
    }
}
