using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>All numbers of the training, in one place.</summary>
internal static class Recipe
{
    public const long Seed = 1;

    /// <summary>Of the prompts whose pictures are drawn; another than that of the scenes that are rendered, and than the benchmarks'.</summary>
    public const long PromptSeed = 11;

    /// <summary>Prompts of the training split that are drawn for.</summary>
    public const int TrainingPrompts = 600;

    /// <summary>Prompts of the held-out split that the agreement is measured on.</summary>
    public const int HeldOutPrompts = 100;

    /// <summary>The held-out prompts after those: what choices are made on, such as how much of the untuned weights is kept.</summary>
    public const int ValidationPrompts = 50;

    /// <summary>Prompts whose pictures are kept in one file; a drawing that is stopped goes on from the last.</summary>
    public const int PromptsOfPart = 50;

    /// <summary>Groups of rendered scenes to train on.</summary>
    public const long Rendered = 200_000;

    private const int TextStartSteps = 300;

    private const int PromptTokens = 24;

    /// <summary>A picture is drawn with each of these ratios of the decoder's attention masked; anew at each step.</summary>
    public static IReadOnlyList<double> MaskRatios { get; } = [0, 0.05, 0.2];

    /// <summary>Steps in which pictures to train on are drawn: many rough ones teach more than a few good ones.</summary>
    private const int TrainingSteps = 10;

    /// <summary>How pictures of a split are drawn.</summary>
    public static ImageRequest Request(SceneSplit split) =>
        TinyShapes.Request("") with { Steps = split == SceneSplit.Training ? TrainingSteps : TinyShapes.Steps };

    /// <summary>The vocabulary of the text model: what captions are made of, a piece a word.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", ".", .. CaptionVocabulary.Words];

    /// <summary>Training steps of each reward.</summary>
    public const int Steps = 3000;

    public static TrainingOptions ImageRewardTraining(int steps) => Training(steps) with { BatchSize = 6, LearningRate = 2e-4 };

    /// <summary>Of the ImageReward's text model, on captions alone.</summary>
    public static TrainingOptions TextStartTraining { get; } = Training(TextStartSteps) with { BatchSize = 64, LearningRate = 2e-3 };

    /// <summary>Scenes by which the start of the ImageReward is scaled.</summary>
    public const int StartScenes = 1024;

    public static TrainingOptions PreferenceTraining(int steps) => Training(steps) with { BatchSize = 16, LearningRate = 3e-4, EmaDecay = 0.995 };

    /// <summary>Shares of the tuned weights, the rest being the untuned ones, of which the best on the validation's prompts is kept.</summary>
    public static IReadOnlyList<double> TunedShares { get; } = [0.15, 0.3, 0.5, 0.7, 1];

    private static TrainingOptions Training(int steps) => new()
    {
        Steps = steps,
        BatchSize = 8,
        WarmupSteps = Math.Min(50, steps),
        Decay = LearningRateDecay.Cosine,
        EmaDecay = 0.99,
        Seed = Seed,
        CheckpointEvery = 50,
    };

    public static ImageRewardConfig ImageReward(BertTokenizer tokenizer, ClipVisionConfig vision) => new()
    {
        Vision = new BlipVisionConfig
        {
            HiddenSize = vision.HiddenSize, Layers = vision.Layers, Heads = vision.Heads, ImageSize = vision.ImageSize, PatchSize = vision.PatchSize,
        },
        Text = new BertConfig { HiddenSize = 96, IntermediateSize = 384, Layers = 3, Heads = 4, VocabularySize = tokenizer.Count, Positions = PromptTokens },
    };
}
