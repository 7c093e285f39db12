using System.CommandLine;
using MaskUNet.Masking;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>The command line.</summary>
internal static class Options
{
    private const double HpsWeight = 5;

    public static readonly Argument<string> Prompt = new("prompt")
    {
        Description = "A caption of coloured shapes",
        DefaultValueFactory = _ => "a green star left of a yellow ring",
    };

    public static readonly Option<int> HeldOut = new("--held-out") { Description = "Draws this many prompts that the model never saw, one picture each, instead of one prompt" };

    public static readonly Option<long> PromptSeed = new("--prompt-seed") { Description = "Which held-out prompts; the results are measured on those of 2", DefaultValueFactory = _ => 3 };

    public static readonly Option<Reward[]> Rewards = new("--reward") { Description = "What guides: the small CLIP, the small HPS, the small ImageReward, or several of them", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [Reward.Hps] };

    public static readonly Option<int> Count = new("--count", "-c") { Description = "Pictures of the prompt", DefaultValueFactory = _ => 6 };

    public static readonly Option<long> Seed = new("--seed", "-s") { Description = "The first picture's seed; the next ones count up", DefaultValueFactory = _ => 1 };

    public static readonly Option<int> Steps = new("--steps") { Description = "Denoising steps", DefaultValueFactory = _ => 15 };

    public static readonly Option<int?> Iterations = new("--iterations") { Description = "Iterations of every step" };

    public static readonly Option<double> LearningRate = new("--learning-rate") { Description = "AdamW's; the paper's is 0.01", DefaultValueFactory = _ => TinyShapes.Guidance.LearningRate };

    public static readonly Option<double> InitialLogit = new("--initial-logit") { Description = "What every weight begins with; 1, as in the paper, drops 6.6 % of them at random, 3 hardly any", DefaultValueFactory = _ => TinyShapes.Guidance.InitialLogit };

    public static readonly Option<bool> Reset = new("--reset") { Description = "Begins each step anew, as in the paper, instead of going on from the logits of the step before", DefaultValueFactory = _ => TinyShapes.Guidance.ResetEachStep };

    public static readonly Option<bool> Paper = new("--paper") { Description = "Takes the paper's values instead of all these" };

    public static readonly Option<string> Output = new("--output", "-o") { Description = "The folder for the pictures", DefaultValueFactory = _ => "output" };

    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Draws a prompt plainly and with masks that please rewards, and lays the pictures side by side.")
        {
            Prompt, HeldOut, PromptSeed, Rewards, Count, Seed, Steps, Iterations, LearningRate, InitialLogit, Reset, Paper, Output,
        };
        command.SetAction(run);
        return command;
    }

    /// <summary>Adds the rewards that were chosen; beside an ImageReward the HPS has the paper's weight.</summary>
    public static void AddRewards(this MaskUNetBuilder builder, ParseResult options)
    {
        foreach (var reward in options.GetValue(Rewards)!.Distinct())
        {
            builder.AddReward(reward.Load(), reward == Reward.Hps && options.GetValue(Rewards)!.Contains(Reward.ImageReward) ? HpsWeight : 1);
        }
    }

    /// <summary>How the masks are optimised. The plain picture is not kept in place of a worse one, so that the figures show what the masks do.</summary>
    public static RewardGuidedOptions Guidance(ParseResult options, IProgress<RewardGuidedProgress> progress)
    {
        var guidance = options.GetValue(Paper) ? new RewardGuidedOptions() : TinyShapes.Guidance with
        {
            Iterations = options.GetValue(Iterations) ?? TinyShapes.Guidance.Iterations,
            LearningRate = options.GetValue(LearningRate),
            InitialLogit = options.GetValue(InitialLogit),
            ResetEachStep = options.GetValue(Reset),
        };
        return guidance with { Plain = PlainComparison.Report, Progress = progress };
    }
}
