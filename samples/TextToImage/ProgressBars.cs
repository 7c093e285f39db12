using MaskUNet.Latents;
using Spectre.Console;

namespace MaskUNet.Samples.TextToImage;

/// <summary>Shows how far runs are: a bar on a terminal, a line at the end elsewhere.</summary>
internal static class ProgressBars
{
    public static async Task<IReadOnlyList<GeneratedImage>> ShowAsync(
        string name, IReadOnlyList<ImageRequest> runs, Func<ImageRequest, IProgress<GenerationProgress>, Task<ImageResult>> run)
    {
        var results = new List<ImageResult>();
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask(name.PadRight(12));
                foreach (var request in runs)
                {
                    results.Add(await run(request, new Reporter(bar, results.Count, runs.Count)));
                }
            });
        var images = results.SelectMany(result => result.Images).ToList();
        AnsiConsole.WriteLine(FormattableString.Invariant($"{name}: {images.Count} pictures in {results.Sum(result => result.Elapsed.TotalSeconds):f1} s"));
        results.SelectMany(result => result.Warnings).Distinct().ToList().ForEach(warning => AnsiConsole.MarkupLineInterpolated($"[yellow]{warning}[/]"));
        return images;
    }

    private sealed class Reporter(ProgressTask bar, int done, int runs) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            bar.MaxValue = runs * value.Steps;
            bar.Value = (done * value.Steps) + value.Step;
        }
    }
}
