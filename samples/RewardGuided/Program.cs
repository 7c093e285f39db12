using System.CommandLine;
using MaskUNet;
using MaskUNet.Masking;
using MaskUNet.Samples.RewardGuided;
using MaskUNet.Shapes.Judging;
using Spectre.Console;

return await Options.Command(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ParseResult options, CancellationToken cancellation)
{
    try
    {
        var bar = new IterationBar();
        using var pipeline = TinyShapes.LoadPipeline(builder => builder
            .UseDpmSolver()
            .UseRewardGuidedMasks(_ => Options.Guidance(options, bar))
            .AddRewards(options));

        var (first, heldOut) = (options.GetValue(Options.Seed), options.GetValue(Options.HeldOut));
        var prompts = heldOut > 0
            ? OracleBenchmark.HeldOutPrompts(heldOut, options.GetValue(Options.PromptSeed))
            : [.. Enumerable.Repeat(options.GetValue(Options.Prompt)!, options.GetValue(Options.Count))];
        var pairs = new List<Pair>();
        foreach (var prompt in prompts)
        {
            var request = TinyShapes.Request(prompt) with { Seed = first + pairs.Count, Steps = options.GetValue(Options.Steps) };
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
