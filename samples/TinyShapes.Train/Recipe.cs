using MaskUNet.Latents;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Scheduling;
using MaskUNet.Training;
using MaskUNet.UNet;

namespace MaskUNet.Shapes.Train;

/// <summary>All numbers of the training, in one place. Together with the seed they make the model that is in the repository.</summary>
internal static class Recipe
{
    public const long Seed = 1;

    /// <summary>Tokens of a prompt, its two ends included; the longest caption has 20.</summary>
    public const int PromptTokens = 24;

    public const int TextWidth = 128;

    /// <summary>Scenes whose latents the U-Net is trained on.</summary>
    public const long Examples = 1 << 16;

    public static AutoencoderKLConfig Autoencoder { get; } = new()
    {
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
        BlockOutChannels = [16, 32, 64, 96],
        LatentChannels = 12,
        NormNumGroups = 8,
    };

    /// <summary>What begins at 0: each residual branch's last layer.</summary>
    public static IReadOnlyList<string> AutoencoderZeros { get; } = ["conv2.weight", "to_out.0.weight"];

    public static TrainingOptions AutoencoderTraining { get; } = new()
    {
        Steps = 3000,
        BatchSize = 16,
        LearningRate = 1e-3,
        WarmupSteps = 100,
        Decay = LearningRateDecay.Cosine,
        EmaDecay = 0.999,
        Beta2 = 0.99,
        Seed = Seed,
        CheckpointEvery = 250,
        SampleEvery = 250,
    };

    public static AutoencoderObjective AutoencoderObjective { get; } = new() { SquaredWeight = 1, EdgeWeight = 0.5, DivergenceWeight = 2e-4 };

    public static UNet2DConditionConfig UNet { get; } = new()
    {
        SampleSize = 8,
        InChannels = 12,
        OutChannels = 12,
        DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        BlockOutChannels = [96, 112],
        LayersPerBlock = 1,
        NormNumGroups = 16,
        CrossAttentionDim = TextWidth,
        AttentionHeads = [4, 4],
    };

    /// <summary>What begins at 0: each residual branch's last layer, and the last of all.</summary>
    public static IReadOnlyList<string> UNetZeros { get; } = ["conv2.weight", "to_out.0.weight", "ff.net.2.weight", "proj_out.weight", "conv_out.weight"];

    public static TrainingOptions UNetTraining { get; } = new()
    {
        Steps = 8000,
        BatchSize = 64,
        LearningRate = 1e-3,
        WarmupSteps = 200,
        Decay = LearningRateDecay.Cosine,
        EmaDecay = 0.9995,
        Seed = Seed,
        CheckpointEvery = 200,
        SampleEvery = 500,
    };

    /// <summary>
    /// Of the U-Net once more, from the weights that it had in the end: the learning rate rises again and falls again, on other scenes.
    /// </summary>
    public static TrainingOptions UNetRefinement { get; } = UNetTraining with
    {
        Steps = 3000,
        LearningRate = 6e-4,
        EmaDecay = 0.999,
        Seed = Seed + 1,
    };

    public static DdimSchedulerOptions Scheduler { get; } = new()
    {
        BetaStart = SchedulerOptions.StableDiffusionBetaStart,
        BetaEnd = SchedulerOptions.StableDiffusionBetaEnd,
        BetaSchedule = BetaSchedule.ScaledLinear,
        PredictionType = PredictionType.VPrediction,
        TimestepSpacing = TimestepSpacing.Trailing,
        SetAlphaToOne = false,
        ClipSampleRange = null,
    };

    public static TrainingOptions ClipTraining { get; } = new()
    {
        Steps = 1200,
        BatchSize = 128,
        LearningRate = 1e-3,
        WarmupSteps = 100,
        Decay = LearningRateDecay.Cosine,
        Seed = Seed,
        CheckpointEvery = 100,
        SampleEvery = 100,
    };

    /// <summary>Held-out prompts that are drawn while the U-Net is trained.</summary>
    public const int SamplePrompts = 100;

    /// <summary>How the figures are measured.</summary>
    public static ImageRequest Request { get; } = TinyShapes.Request("");

    public static ClipConfig Clip(ClipTokenizer tokenizer) => new()
    {
        ProjectionSize = TextWidth,
        Text = new ClipTextConfig
        {
            HiddenSize = TextWidth,
            IntermediateSize = 4 * TextWidth,
            Layers = 3,
            Heads = 4,
            VocabularySize = tokenizer.Count,
            Positions = PromptTokens,
            ProjectionSize = TextWidth,
            EndId = tokenizer.EndId,
        },
        Vision = new ClipVisionConfig { HiddenSize = 96, IntermediateSize = 384, Layers = 3, Heads = 4, ImageSize = 64, PatchSize = 8 },
    };
}
