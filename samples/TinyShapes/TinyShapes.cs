using MaskUNet.Checkpoints;
using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Shapes.Judging;

namespace MaskUNet;

/// <summary>
/// The TinyShapes model: a text-to-image model of the architecture of Stable Diffusion 1.x, small enough to come with the package, trained by
/// this library to draw coloured, textured shapes of 64 x 64 px. Its card, with figures and limits, lies in <see cref="ModelFolder"/>.
/// </summary>
public static class TinyShapes
{
    private const string FolderName = "tinyshapes-model";
    private const string MasksFile = "tinyshapes-masks/masks.safetensors";

    /// <summary>The guidance that its figures were measured with.</summary>
    public const double GuidanceScale = 3;

    /// <summary>The steps that its figures were measured with, of its own scheduler (DDIM).</summary>
    public const int Steps = 25;

    /// <summary>
    /// How masks are guided by rewards for so small a model, chosen by the oracle on few prompts (docs/masks.md): only while the composition is
    /// decided, with larger steps than the paper's.
    /// </summary>
    public static RewardGuidedOptions Guidance { get; } = new()
    {
        Iterations = IterationSchedule.Of("1 in the first half of the steps, then none", (step, steps) => 2 * step < steps ? 1 : 0),
        LearningRate = 0.3,
        InitialLogit = 3,
        ResetEachStep = false,
    };

    /// <summary>The model on disk, a diffusers folder; beside its usual parts, the image tower of its CLIP in <c>clip</c>.</summary>
    public static string ModelFolder { get; } = Path.Combine(AppContext.BaseDirectory, FolderName);

    /// <summary>
    /// Masks learned for the model (the paper's training-based way) by samples/LearnMasks, for <c>UseLearnedMasks</c> or <c>new LearnedMasks</c>.
    /// </summary>
    public static string LearnedMasksFile { get; } = Path.Combine(AppContext.BaseDirectory, MasksFile);

    /// <summary>The small rewards on disk, a folder each, beside their card.</summary>
    public static string RewardsFolder { get; } = Path.Combine(AppContext.BaseDirectory, "tinyshapes-rewards");

    /// <summary>Loads the model, ready to draw.</summary>
    /// <param name="configure">Fills further slots of the builder, for instance with masks; nothing by default.</param>
    /// <returns>The pipeline, which the caller disposes.</returns>
    /// <exception cref="CheckpointException">The model is not beside the program.</exception>
    /// <exception cref="InvalidOptionException">The builder has problems; the message names them all.</exception>
    public static IImagePipeline LoadPipeline(Action<MaskUNetBuilder>? configure = null)
    {
        RequireModel();
        var builder = new MaskUNetBuilder().UseStableDiffusion(ModelFolder);
        configure?.Invoke(builder);
        // The work is on a thread of the pipeline's own, which needs nothing of a caller that waits.
        return builder.BuildAsync().GetAwaiter().GetResult();
    }

    /// <summary>A request with the steps and the guidance that suit the model.</summary>
    /// <param name="prompt">A caption as in <see cref="Shapes.Prompts.ScenePrompt"/>, such as "a red striped circle above two blue squares".</param>
    public static ImageRequest Request(string prompt) => new(prompt) { Steps = Steps, GuidanceScale = GuidanceScale };

    /// <summary>Reads the objects of a picture: <see cref="SceneOracle.Read"/>.</summary>
    /// <param name="picture">64 x 64 px.</param>
    /// <exception cref="InvalidOptionException">The picture has another size.</exception>
    public static IReadOnlyList<ObjectReading> Read(RgbImage picture) => SceneOracle.Read(picture);

    /// <summary>Loads the small CLIP whose text tower the model uses: its score tells how well a picture fits a caption.</summary>
    /// <returns>The model and its tokenizer; the caller disposes the model.</returns>
    /// <exception cref="CheckpointException">The model is not beside the program.</exception>
    public static (ClipModel Model, ClipTokenizer Tokenizer) LoadClip()
    {
        RequireModel();
        var folder = Path.Combine(ModelFolder, "clip");
        using var text = WeightFile.Open(Path.Combine(ModelFolder, "text_encoder", "model.safetensors"));
        using var rest = WeightFile.Open(Path.Combine(folder, "model.safetensors"));
        var config = ClipConfig.Load(Path.Combine(folder, "config.json"));
        return (new ClipModel(config, new JoinedWeights(text, rest)), ClipTokenizer.Load(Path.Combine(ModelFolder, "tokenizer")));
    }

    /// <summary>Loads the small CLIP as a reward: the cosine between a picture's features and a caption's.</summary>
    /// <returns>The reward, for captions of <see cref="Shapes.Prompts.ScenePrompt"/>'s grammar; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The model is not beside the program.</exception>
    public static ClipScore LoadClipScore()
    {
        var (model, tokenizer) = LoadClip();
        return new ClipScore(model, tokenizer, ClipScoreProtocol.Cosine);
    }

    /// <summary>
    /// Loads a small reward of ImageReward's architecture, trained by this library on rankings of TinyShapes pictures by the oracle. Its card, with
    /// figures and limits, lies in <see cref="RewardsFolder"/>.
    /// </summary>
    /// <returns>The reward, for captions of <see cref="Shapes.Prompts.ScenePrompt"/>'s grammar; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The rewards are not beside the program.</exception>
    public static ImageReward LoadImageReward() => ImageReward.Load(RewardFolder("imagereward"));

    /// <summary>
    /// Loads a small reward of HPSv2's kind: the small CLIP (<see cref="LoadClip"/>), tuned by this library on rankings of TinyShapes pictures by
    /// the oracle. Its card, with figures and limits, lies in <see cref="RewardsFolder"/>.
    /// </summary>
    /// <returns>The reward, for captions of <see cref="Shapes.Prompts.ScenePrompt"/>'s grammar; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The rewards are not beside the program.</exception>
    public static HpsV2 LoadHps() => HpsV2.Load(RewardFolder("hps"));

    private static string RewardFolder(string reward)
    {
        Require(RewardsFolder, "small rewards are");
        return Path.Combine(RewardsFolder, reward);
    }

    private static void RequireModel() => Require(ModelFolder, "model is");

    private static void Require(string folder, string what)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException(
                $"The TinyShapes {what} not at '{folder}': build the program with a reference to MaskUNet.TinyShapes, whose build files copy it there, " +
                "and publish its folder with the program.");
        }
    }
}
