using System.CommandLine;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>The command line.</summary>
internal static class Options
{
    public static Option<string> Output { get; } = new("--output", "-o") { Description = "The folder for the plots", DefaultValueFactory = _ => "output/mask-plots" };

    public static Option<int> Prompts { get; } = new("--prompts") { Description = "Held-out prompts that each point of a plot is measured on", DefaultValueFactory = _ => 100 };

    public static Option<int> MaskSeeds { get; } = new("--mask-seeds") { Description = "Random masks of each ratio", DefaultValueFactory = _ => 3 };

    public static Option<double[]> Ratios { get; } = new("--ratios")
    {
        Description = "Shares of the decoder's attention weights that random masks set to zero",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5],
    };

    public static Option<string> Masks { get; } = new("--learned-masks") { Description = "A file of learned masks; by default that of TinyShapes", DefaultValueFactory = _ => TinyShapes.LearnedMasksFile };

    public static Option<string?> Training { get; } = new("--training") { Description = "A folder of samples/LearnMasks, whose masks are followed through their training; by default none are" };

    public static Command Command(Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Draws Figures 1 and 9 of the paper for the TinyShapes model.") { Output, Prompts, MaskSeeds, Ratios, Masks, Training };
        command.SetAction(run);
        return command;
    }
}
