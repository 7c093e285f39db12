using System.Diagnostics;
using MaskUNet.Benchmarks.Harness;
using MaskUNet.Benchmarks.Models;

namespace MaskUNet.Benchmarks;

internal sealed class Concurrent() : Benchmark(
    "concurrent", ">= 1.0", "pictures a second (128 px, 2 steps) with 10 callers at once on one pipeline / one after another")
{
    private const int Rounds = 3;
    private const int Callers = 10;

    public override async Task RunAsync()
    {
        using var file = new CheckpointFile();
        using var pipeline = await Pipelines.LoadAsync(file);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var (inTurn, atOnce) = (await TimeAsync(pipeline, callers: 1), await TimeAsync(pipeline, Callers));
            Note($"round {round + 1}: {Callers} pictures in {inTurn:0.00} s one after another, {atOnce:0.00} s at once");
            ratios.Add(inTurn / atOnce);
        }

        Print(Stopwatches.Median(ratios));
    }

    private static async Task<double> TimeAsync(IImagePipeline pipeline, int callers)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var picture = caller; picture < Callers; picture += callers)
            {
                await pipeline.GenerateAsync(new ImageRequest("a red fox in the snow") { Width = 128, Height = 128, Steps = 2, Seed = picture });
            }
        })));
        return clock.Elapsed.TotalSeconds;
    }
}
