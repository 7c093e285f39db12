using System.CommandLine;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>The command line.</summary>
internal static class Options
{
    public static readonly Argument<string> Folder = new("folder") { Description = "The folder with the pictures (PNG, JPEG, WebP)", DefaultValueFactory = _ => "output" };

    public static readonly Option<string?> Prompts = new("--prompts", "-p")
    {
        Description = "A CSV file with the columns file and prompt; by default what PNGs say of themselves, or else the files' names up to the first underscore",
    };

    public static readonly Option<string[]> Reward = new("--reward", "-r")
    {
        Description = $"What scores, NAME=PATH, once or several times: {string.Join(", ", Rewards.Names)}; by default the small CLIP of TinyShapes. The first one ranks",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [Rewards.TinyShapes],
    };

    public static readonly Option<string?> Output = new("--output", "-o") { Description = "Where scores.csv and scores.html go; by default the folder of the pictures" };

    public static RootCommand Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Scores a folder of pictures against their prompts, prints a table, and writes a CSV file and a page with the pictures ranked.")
        {
            Folder, Prompts, Reward, Output,
        };
        command.SetAction(run);
        return command;
    }
}
