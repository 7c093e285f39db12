using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>All numbers of the training, in one place.</summary>
internal static class Recipe
{
    public const long Seed = 1;

    /// <summary>Of the prompts whose pictures are drawn; another than that of the scenes that are rendered, and than the benchmarks'.</summary>
    public const long PromptSeed = 11;

    /// <summary>Prompts of the training split that are drawn for.</summary>
    public const int TrainingPrompts = 1200;

    /// <summary>Prompts of the held-out split that the agreement is measured on.</summary>
    public const int HeldOutPrompts = 250;

    /// <summary>Scenes that are rendered to train on.</summary>
    public const long Rendered = 1_000_000;

    private const int PromptTokens = 24;

    /// <summary>A picture is drawn with each of these ratios of the decoder's attention masked; anew at each step.</summary>
    public static IReadOnlyList<double> MaskRatios { get; } = [0, 0.05, 0.2];

    public static ImageRequest Request { get; } = TinyShapes.Request("");

    /// <summary>The vocabulary of the text model: what captions are made of, a piece a word.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", ".", .. CaptionVocabulary.Words];

    /// <summary>Training steps of the ImageReward; the CLIP, which knows pictures already, takes a third.</summary>
    public const int Steps = 3000;

    public static TrainingOptions ImageRewardTraining(int steps) => new()
    {
        Steps = steps,
        BatchSize = 48,
        LearningRate = 1e-3,
        WarmupSteps = steps / 15,
        Decay = LearningRateDecay.Cosine,
        Seed = Seed,
        CheckpointEvery = 250,
        SampleEvery = 500,
    };

    public static TrainingOptions PreferenceTraining(int steps) => new()
    {
        Steps = (steps + 2) / 3,
        BatchSize = 48,
        LearningRate = 3e-4,
        WarmupSteps = steps / 60,
        Decay = LearningRateDecay.Cosine,
        Seed = Seed,
        CheckpointEvery = 250,
        SampleEvery = 250,
    };

    public static ImageRewardConfig ImageReward(BertTokenizer tokenizer) => new()
    {
        Vision = new BlipVisionConfig { HiddenSize = 96, Layers = 4, Heads = 4, ImageSize = 64, PatchSize = 8 },
        Text = new BertConfig { HiddenSize = 96, IntermediateSize = 384, Layers = 4, Heads = 4, VocabularySize = tokenizer.Count, Positions = PromptTokens },
    };
}
