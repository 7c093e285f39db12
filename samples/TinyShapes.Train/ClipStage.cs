using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.Train;

/// <summary>Trains a small CLIP, whose text tower becomes the text encoder.</summary>
internal static class ClipStage
{
    /// <summary>What the names of the text tower's weights begin with.</summary>
    public const string TextPrefix = "text_model.";

    public static async Task<ClipTextEncoder> RunAsync(string folder, CancellationToken cancellation)
    {
        var tokenizerFolder = TokenizerFolder(folder);
        ClipVocabularyWriter.Write(tokenizerFolder, CaptionVocabulary.Words, Recipe.PromptTokens);
        var tokenizer = ClipTokenizer.Load(tokenizerFolder);
        var (weights, textWeights) = (Weights(folder), Path.Combine(folder, "text_encoder.safetensors"));
        if (!File.Exists(textWeights))
        {
            using var model = new ClipModel(Recipe.Clip(tokenizer), new InitialWeights(Recipe.Seed));
            var options = Recipe.ClipTraining with { Folder = folder, Sample = _ => LossPlot.Save(folder, "Small CLIP") };
            var trainer = new ClipTrainer(model, tokenizer, new PictureReader(new SceneDataset(Recipe.Seed)), options, Distractor.Of);
            await trainer.RunAsync(new TrainingConsole("CLIP"), cancellation);
            SafetensorsWriter.Write(weights, model.Weights);
            SafetensorsWriter.Write(textWeights, model.Weights
                .Where(pair => pair.Key.StartsWith(TextPrefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key, pair => pair.Value));
        }

        using var file = new SafetensorsFile(textWeights);
        return new ClipTextEncoder(tokenizer, Recipe.Clip(tokenizer).Text, file);
    }

    public static string TokenizerFolder(string folder) => Path.Combine(folder, "tokenizer");

    public static string Weights(string folder) => Path.Combine(folder, "weights.safetensors");
}
