using Spectre.Console;

namespace MaskUNet.Samples.TextToImage;

/// <summary>Shows how far a run is: a bar on a terminal, a line at the end elsewhere.</summary>
internal static class ProgressBars
{
    public static async Task<ImageResult> ShowAsync(string name, Func<IProgress<GenerationProgress>, Task<ImageResult>> run)
    {
        ImageResult? result = null;
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask(name.PadRight(10));
                result = await run(new Reporter(bar));
            });
        AnsiConsole.WriteLine(FormattableString.Invariant($"{name}: {result!.Images.Count} pictures in {result.Elapsed.TotalSeconds:f1} s"));
        return result;
    }

    private sealed class Reporter(ProgressTask bar) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            bar.MaxValue = value.Steps;
            bar.Value = value.Step;
        }
    }
}
