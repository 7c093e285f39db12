using System.CommandLine;
using MaskUNet.Latents;
using MaskUNet.Masking;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>The command line.</summary>
internal static class Options
{
    public static readonly Argument<string> Prompt = new("prompt")
    {
        Description = "What to draw; with TinyShapes a caption of coloured shapes",
        DefaultValueFactory = _ => "a green star left of a yellow ring",
    };

    public static readonly Option<string?> Model = new("--model", "-m") { Description = "A diffusers folder, a .safetensors or a .ckpt file of Stable Diffusion 1.x or 2.x, guided as in the paper; by default TinyShapes" };

    public static readonly Option<string?> ImageReward = new("--image-reward") { Description = "ImageReward.pt, to guide in place of the small rewards" };

    public static readonly Option<string?> Hps = new("--hps") { Description = "HPS_v2.1_compressed.pt, to guide in place of the small rewards" };

    public static readonly Option<int?> DecodeSize = new("--decode-size") { Description = "Pixels of the pictures that the rewards see while masks are optimised, such as 224; by default the picture's" };

    public static readonly Option<string?> TinyDecoder = new("--tiny-decoder") { Description = "taesd_decoder.safetensors, to decode what the rewards see" };

    public static readonly Option<int> HeldOut = new("--held-out") { Description = "Draws this many prompts that the model never saw, one picture each, instead of one prompt" };

    public static readonly Option<long> PromptSeed = new("--prompt-seed") { Description = "Which held-out prompts; the results are measured on those of 2", DefaultValueFactory = _ => 3 };

    public static readonly Option<Reward[]> Rewards = new("--reward") { Description = "What guides: the small CLIP, the small HPS, the small ImageReward, or several of them", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [Reward.Hps] };

    public static readonly Option<int?> Count = new("--count", "-c") { Description = "Pictures of the prompt; by default 6, or 1 with --model" };

    public static readonly Option<long> Seed = new("--seed", "-s") { Description = "The first picture's seed; the next ones count up", DefaultValueFactory = _ => 1 };

    public static readonly Option<int> Steps = new("--steps") { Description = "Denoising steps", DefaultValueFactory = _ => 15 };

    public static readonly Option<int?> Iterations = new("--iterations") { Description = "Iterations of every step" };

    public static readonly Option<double?> LearningRate = new("--learning-rate") { Description = $"AdamW's; by default {TinyShapes.Guidance.LearningRate} for TinyShapes; the paper's is 0.01" };

    public static readonly Option<double?> InitialLogit = new("--initial-logit") { Description = $"What every weight begins with; 1, as in the paper, drops 6.6 % of them at random, 3 hardly any; by default {TinyShapes.Guidance.InitialLogit} for TinyShapes" };

    public static readonly Option<bool?> Reset = new("--reset") { Description = "Begins each step anew, as in the paper, or goes on from the logits of the step before, as by default for TinyShapes" };

    public static readonly Option<bool> Paper = new("--paper") { Description = "Takes the paper's values where no option says otherwise" };

    public static readonly Option<string> Output = new("--output", "-o") { Description = "The folder for the pictures", DefaultValueFactory = _ => "output" };

    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Draws a prompt plainly and with masks that please rewards, and lays the pictures side by side.")
        {
            Prompt, Model, HeldOut, PromptSeed, Rewards, ImageReward, Hps, Count, Seed, Steps, Iterations, LearningRate, InitialLogit, Reset, Paper, DecodeSize, TinyDecoder, Output,
        };
        command.SetAction(run);
        return command;
    }

    /// <summary>How the masks are optimised. The plain picture is not kept in place of a worse one, so that the figures show what the masks do.</summary>
    public static RewardGuidedOptions Guidance(ParseResult options, ILatentDecoder? decoder, IProgress<RewardGuidedProgress> progress)
    {
        var start = options.GetValue(Paper) || options.GetValue(Model) is not null ? new RewardGuidedOptions() : TinyShapes.Guidance;
        return start with
        {
            Iterations = options.GetValue(Iterations) ?? start.Iterations,
            LearningRate = options.GetValue(LearningRate) ?? start.LearningRate,
            InitialLogit = options.GetValue(InitialLogit) ?? start.InitialLogit,
            ResetEachStep = options.GetValue(Reset) ?? start.ResetEachStep,
            DecodeSize = options.GetValue(DecodeSize),
            Decoder = decoder,
            Plain = PlainComparison.Report,
            Progress = progress,
        };
    }
}
