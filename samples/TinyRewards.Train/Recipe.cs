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
    public const int TrainingPrompts = 900;

    /// <summary>Prompts of the held-out split that the agreement is measured on.</summary>
    public const int HeldOutPrompts = 100;

    /// <summary>The held-out prompts after those: what choices are made on.</summary>
    public const int ValidationPrompts = 200;

    /// <summary>Prompts whose pictures are kept in one file; a drawing that is stopped goes on from the last.</summary>
    public const int PromptsOfPart = 50;

    /// <summary>Families that an ImageReward is trained on before it meets one again.</summary>
    public const long Families = 200_000;

    /// <summary>The share of rendered families whose colours are turned.</summary>
    public const double RenderedRecolored = 0.7;

    /// <summary>The share of drawn families whose colours are turned.</summary>
    public const double DrawnRecolored = 0.5;

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

    /// <summary>Training steps of the HPS.</summary>
    public const int HpsSteps = 3000;

    /// <summary>Training steps of the ImageReward, after its start.</summary>
    public const int ImageRewardSteps = 900;

    public static TrainingOptions ImageRewardTraining(int steps) => Training(steps) with { BatchSize = 6, LearningRate = 1.5e-4, SampleEvery = 100 };

    /// <summary>Of the ImageReward's text model, on captions alone.</summary>
    public static TrainingOptions TextStartTraining { get; } = Training(TextStartSteps) with { BatchSize = 64, LearningRate = 2e-3 };

    /// <summary>Rankings on which the ImageReward's scores have mean 0 and deviation 1.</summary>
    public const int StandardRankings = 64;

    /// <summary>Scenes by which the start of the ImageReward is scaled.</summary>
    public const int StartScenes = 1024;

    public static TrainingOptions HpsTraining(int steps) => Training(steps) with
    {
        BatchSize = 16, LearningRate = 6e-4, WarmupSteps = Math.Min(100, steps), EmaDecay = 0.995, CheckpointEvery = 100, SampleEvery = 100,
    };

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
        Text = new BertConfig { HiddenSize = 128, IntermediateSize = 512, Layers = 3, Heads = 4, VocabularySize = tokenizer.Count, Positions = PromptTokens },
    };
}
