using System.CommandLine;

namespace MaskUNet.Samples.Results;

/// <summary>The command line.</summary>
internal static class Options
{
    public static readonly Option<int> Prompts = new("--prompts") { Description = "Held-out prompts", DefaultValueFactory = _ => 500 };

    public static readonly Option<int> Seeds = new("--seeds") { Description = "Pictures of each prompt", DefaultValueFactory = _ => 3 };

    public static readonly Option<string> Output = new("--output", "-o") { Description = "Where the run keeps its files; run again, it goes on from there", DefaultValueFactory = _ => "artifacts/results" };

    public static readonly Option<string?> Document = new("--document") { Description = "The page whose tables are brought up to date, with a sheet of pictures beside it", DefaultValueFactory = _ => "docs/results.md" };

    public static readonly Option<string?> LearnedMasks = new("--learned-masks") { Description = "A file of learned masks for the TinyShapes model", DefaultValueFactory = _ => TinyShapes.LearnedMasksFile };

    public static readonly Option<string?> ImageReward = new("--image-reward") { Description = "A folder with a small ImageReward; without any reward the small CLIP guides", DefaultValueFactory = _ => Own("imagereward") };

    public static readonly Option<string?> Hps = new("--hps") { Description = "A folder with a small HPS", DefaultValueFactory = _ => Own("hps") };

    public static readonly Option<int> Workers = new("--workers") { Description = "Pictures drawn at once, each on a thread of its own", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static readonly Option<int> Candidates = new("--candidates") { Description = "Draws only what needs no rewards, so many plain and randomly masked pictures of each prompt and seed; run again without it when the rewards are there" };

    public static readonly Option<bool> ReportOnly = new("--report-only") { Description = "Draws nothing, and writes the tables of what there is" };

    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Draws held-out prompts plainly, with random, learned and reward-guided masks, and as the best of several at the guided ones' price; has the oracle judge them, and writes the tables.")
        {
            Prompts, Seeds, Output, Document, LearnedMasks, ImageReward, Hps, Workers, Candidates, ReportOnly,
        };
        command.SetAction(run);
        return command;
    }

    private static string? Own(string reward) => Path.Combine(AppContext.BaseDirectory, "tinyshapes-rewards", reward) is var folder && Directory.Exists(folder) ? folder : null;
}
