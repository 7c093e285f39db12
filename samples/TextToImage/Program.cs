using System.CommandLine;
using System.Globalization;
using MaskUNet;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Samples.TextToImage;
using MaskUNet.Scheduling;
using Spectre.Console;
using TorchSharp;

return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
{
    try
    {
        var model = options.GetValue(Options.Model)!;
        using var pipeline = await LoadAsync(options, model, cancellation);
        var rows = new List<(string Name, IReadOnlyList<GeneratedImage> Images)>();
        foreach (var ratio in options.GetValue(Options.MaskRatio)!.Prepend(0).Distinct())
        {
            var name = ratio == 0 ? "plain" : string.Create(CultureInfo.InvariantCulture, $"mask {ratio}");
            var request = Request(options, ratio);
            var result = await ProgressBars.ShowAsync(name, report => pipeline.GenerateAsync(request, report, cancellation));
            result.Warnings.ToList().ForEach(warning => AnsiConsole.MarkupLineInterpolated($"[yellow]{warning}[/]"));
            rows.Add((name, result.Images));
        }

        Save(options.GetValue(Options.Output)!, rows);
        if (model == TinyModel.Path)
        {
            AnsiConsole.WriteLine("The tiny model is untrained, so it draws coloured noise: it shows that everything runs, and what masks change.");
            AnsiConsole.WriteLine("Give --model PATH for real pictures.");
        }

        return 0;
    }
    catch (MaskUNetException e)
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

static Task<IImagePipeline> LoadAsync(ParseResult options, string model, CancellationToken cancellation)
{
    AnsiConsole.WriteLine($"Model: {model}");
    var builder = new MaskUNetBuilder().UseStableDiffusion(model).UseDevice(options.GetValue(Options.Device)!);
    if (options.GetValue(Options.Scheduler) is { } scheduler)
    {
        builder.UseScheduler(scheduler);
    }

    if (options.GetValue(Options.BFloat16))
    {
        builder.UseDataType(torch.ScalarType.BFloat16);
    }

    return builder.BuildAsync(cancellation);
}

static ImageRequest Request(ParseResult options, double ratio) => new(options.GetValue(Options.Prompt)!)
{
    NegativePrompt = options.GetValue(Options.Negative)!,
    ImagesPerPrompt = options.GetValue(Options.Count),
    Seed = options.GetValue(Options.Seed),
    Steps = options.GetValue(Options.Steps),
    GuidanceScale = options.GetValue(Options.Guidance),
    Width = options.GetValue(Options.Width),
    Height = options.GetValue(Options.Height),
    Image = options.GetValue(Options.Image) is { } path ? RgbImage.Load(path) : null,
    Strength = options.GetValue(Options.Strength),
    Masks = ratio == 0 ? MaskStrategy.None : new RandomMasks(ratio, options.GetValue(Options.MaskSeed)),
};

static void Save(string folder, List<(string Name, IReadOnlyList<GeneratedImage> Images)> rows)
{
    foreach (var (name, images) in rows)
    {
        foreach (var image in images)
        {
            image.SavePng(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name.Replace(' ', '-')}-seed-{image.Seed}.png")));
        }
    }

    // A row a seed, so that a picture and its masked versions stand beside each other.
    var cells = Enumerable.Range(0, rows[0].Images.Count)
        .SelectMany(i => rows.Select(row => (row.Images[i].Image, string.Create(CultureInfo.InvariantCulture, $"{row.Name}, seed {row.Images[i].Seed}"))))
        .ToList();
    var sheet = Path.GetFullPath(Path.Combine(folder, "sheet.png"));
    ContactSheet.Create(cells, columns: rows.Count).SavePng(sheet);
    AnsiConsole.WriteLine($"{cells.Count} pictures, and all of them side by side (a row a seed, a column a mask ratio) in");
    Console.WriteLine(sheet);
}
