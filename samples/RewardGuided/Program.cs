using System.CommandLine;
using MaskUNet;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Samples.RewardGuided;
using MaskUNet.Shapes.Judging;
using Spectre.Console;

return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
{
    try
    {
        var (model, bar) = (options.GetValue(Options.Model), new IterationBar());
        using var decoder = options.GetValue(Options.TinyDecoder) is { } file ? TinyDecoder.Load(file) : null;
        var builder = new MaskUNetBuilder()
            .UseStableDiffusion(model ?? TinyShapes.ModelFolder)
            .UseDpmSolver()
            .UseRewardGuidedMasks(_ => Options.Guidance(options, decoder, bar));
        builder.AddRewards(options);
        using var pipeline = await builder.BuildAsync(cancellation);

        var (first, heldOut) = (options.GetValue(Options.Seed), options.GetValue(Options.HeldOut));
        var prompts = heldOut > 0
            ? OracleBenchmark.HeldOutPrompts(heldOut, options.GetValue(Options.PromptSeed))
            : [.. Enumerable.Repeat(options.GetValue(Options.Prompt)!, options.GetValue(Options.Count) ?? (model is null ? 6 : 1))];
        var pairs = new List<Pair>();
        foreach (var prompt in prompts)
        {
            var request = (model is null ? TinyShapes.Request(prompt) : new ImageRequest(prompt)) with { Seed = first + pairs.Count, Steps = options.GetValue(Options.Steps) };
            var plain = await pipeline.GenerateAsync(request with { Masks = MaskStrategy.None }, cancellationToken: cancellation);
            var guided = await bar.ShowAsync(prompt, () => pipeline.GenerateAsync(request, cancellationToken: cancellation));
            pairs.Add(new(prompt, request.Seed.Value, plain.Images[0].Image, guided.Images[0].Image, guided.Images[0].Rewards!, guided.Elapsed.TotalSeconds));
            Summary.Print(pairs[^1]);
        }

        Summary.Save(options.GetValue(Options.Output)!, pairs);
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
