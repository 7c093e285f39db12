using System.CommandLine;
using MaskUNet;
using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Runtime;
using MaskUNet.Samples.ScoreImages;
using Spectre.Console;
using Rewards = MaskUNet.Samples.ScoreImages.Rewards;

return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
{
    try
    {
        var folder = options.GetValue(Options.Folder)!;
        var pictures = new PromptList(options.GetValue(Options.Prompts)).Of(folder);
        var (names, scored) = await ScoreAsync(options.GetValue(Options.Reward)!, pictures, cancellation);
        var ranked = scored.GroupBy(picture => picture.Prompt).SelectMany(prompt => prompt.OrderByDescending(picture => picture.Scores[0])).ToList();
        var output = options.GetValue(Options.Output) ?? folder;
        Directory.CreateDirectory(output);
        var (csv, page) = (Path.GetFullPath(Path.Combine(output, "scores.csv")), Path.GetFullPath(Path.Combine(output, "scores.html")));
        Report.Print(names, ranked);
        Report.WriteCsv(csv, names, ranked);
        Report.WritePage(page, names, ranked);
        Console.WriteLine(csv);
        Console.WriteLine(page);
        return 0;
    }
    catch (Exception e) when (e is MaskUNetException or IOException or UnauthorizedAccessException)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
        return 1;
    }
    catch (OperationCanceledException)
    {
        AnsiConsole.WriteLine("Cancelled.");
        return 130;
    }
}

// One reward after another, so that only one model is in memory.
static async Task<(IReadOnlyList<string> Names, IReadOnlyList<ScoredPicture> Pictures)> ScoreAsync(
    IReadOnlyList<string> rewards, IReadOnlyList<(string File, string Prompt)> pictures, CancellationToken cancellation)
{
    var names = new List<string>();
    var scores = pictures.Select(_ => new List<double>()).ToList();
    using var thread = new NativeThread("scores");
    await AnsiConsole.Progress().StartAsync(async bars =>
    {
        foreach (var option in rewards)
        {
            using var reward = await thread.RunAsync(() => Rewards.Load(option), cancellation);
            names.Add(reward.Name);
            var bar = bars.AddTask(Markup.Escape(reward.Name), maxValue: pictures.Count);
            foreach (var warning in reward.Warnings([.. pictures.Select(picture => picture.Prompt)]))
            {
                AnsiConsole.MarkupLineInterpolated($"[yellow]{warning}[/]");
            }

            foreach (var ((file, prompt), i) in pictures.Select((picture, i) => (picture, i)))
            {
                scores[i].Add(await thread.RunAsync(() => reward.Score(RgbImage.Load(file), prompt), cancellation));
                bar.Increment(1);
            }
        }
    });
    return (names, [.. pictures.Zip(scores, (picture, own) => new ScoredPicture(picture.File, picture.Prompt, own))]);
}
