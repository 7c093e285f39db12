using System.CommandLine;
using MaskUNet;
using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Samples.TextToImage;
using MaskUNet.Scheduling;
using Spectre.Console;
using TorchSharp;

return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
{
    try
    {
        var model = options.GetValue(Options.Model);
        using var pipeline = await LoadAsync(options, model, cancellation);
        var rows = new List<(string Name, IReadOnlyList<GeneratedImage> Images)>();
        foreach (var row in Row.Of(options))
        {
            using (row)
            {
                var request = Request(options) with { Masks = row.Masks };
                rows.Add((row.Name, await ProgressBars.ShowAsync(row.Name, Runs(request, row.OneByOne), (run, report) => pipeline.GenerateAsync(run, report, cancellation))));
            }
        }

        var oracle = model is null ? new Oracle(options.GetValue(Options.Prompt)!) : null;
        Sheet.Save(options.GetValue(Options.Output)!, rows, oracle);
        if (oracle is { Understands: false })
        {
            AnsiConsole.WriteLine("The TinyShapes model knows captions such as 'a red striped circle above two blue squares' only; give --model PATH for other prompts.");
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

static Task<IImagePipeline> LoadAsync(ParseResult options, string? model, CancellationToken cancellation)
{
    AnsiConsole.WriteLine($"Model: {model ?? "TinyShapes"}");
    var builder = new MaskUNetBuilder().UseStableDiffusion(model ?? TinyShapes.ModelFolder).UseDevice(options.GetValue(Options.Device)!);
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

static IReadOnlyList<ImageRequest> Runs(ImageRequest request, bool oneByOne) => oneByOne
    ? [.. Enumerable.Range(0, request.ImagesPerPrompt).Select(i => request with { ImagesPerPrompt = 1, Seed = request.Seed + i })]
    : [request];

static ImageRequest Request(ParseResult options) => new(options.GetValue(Options.Prompt)!)
{
    NegativePrompt = options.GetValue(Options.Negative)!,
    ImagesPerPrompt = options.GetValue(Options.Count) ?? (options.GetValue(Options.Model) is null ? 8 : 2),
    Seed = options.GetValue(Options.Seed),
    Steps = options.GetValue(Options.Steps),
    GuidanceScale = options.GetValue(Options.Guidance) ?? (options.GetValue(Options.Model) is null ? TinyShapes.GuidanceScale : ImageRequest.DefaultGuidanceScale),
    Width = options.GetValue(Options.Width),
    Height = options.GetValue(Options.Height),
    Image = options.GetValue(Options.Image) is { } path ? RgbImage.Load(path) : null,
    Strength = options.GetValue(Options.Strength),
};
