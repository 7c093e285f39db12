using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Shapes.Judging;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Draws held-out prompts with and without masks, and has the oracle judge both.</summary>
internal static class Comparison
{
    private const int Shown = 8;
    private const int Side = 128;

    public static async Task RunAsync(IImagePipeline pipeline, string masks, int count, CancellationToken cancellation)
    {
        var prompts = OracleBenchmark.HeldOutPrompts(Math.Max(Shown, count), seed: 0);
        var statistics = new MaskStatistics();
        var cells = new List<(RgbImage, string)>();
        foreach (var (name, strategy) in new (string, MaskStrategy)[] { ("plain", MaskStrategy.None), ("learned", new LearnedMasks(masks)) })
        {
            // Statistics of the first few pictures are enough, and cost no time where it is measured.
            var observed = new ObservedMaskStrategy(strategy, statistics.Observe);
            await pipeline.GenerateAsync(TinyShapes.Request(prompts[0]) with { Seed = 0, Masks = observed }, null, cancellation);
            var pictures = await OracleBenchmark.DrawAsync(pipeline, prompts, TinyShapes.Request("") with { Masks = strategy }, cancellationToken: cancellation);
            var scores = OracleBenchmark.Score(prompts, pictures);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: all right {scores.Correct:P1}, single object {scores.SingleObject:P1}, colours {scores.Colors:P1}, two objects {scores.TwoObjects:P1}, position {scores.Position:P1}; binding of colours {scores.ColorBinding:F3}, shapes {scores.ShapeBinding:F3}, textures {scores.TextureBinding:F3}"));
            cells.AddRange(pictures.Take(Shown).Zip(scores.Verdicts, (picture, verdict) =>
                (picture.Resize(Side, Side, ResizeFilter.Box), $"{name}: {(verdict.GenEval.Correct ? "yes" : "no")}")));
        }

        Print(statistics);
        var sheet = Path.Combine(Path.GetDirectoryName(masks)!, "sheet.png");
        ContactSheet.Create(cells, columns: Shown).SavePng(sheet);
        Console.WriteLine($"{masks}\n{sheet}");
    }

    private static void Print(MaskStatistics statistics)
    {
        foreach (var (step, kept) in statistics.KeptByStep)
        {
            var overlap = statistics.OverlapByStep.TryGetValue(step, out var share) ? string.Create(CultureInfo.InvariantCulture, $", {share:P1} of the dropped ones as before") : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}: {kept:P2} of the weights kept{overlap}"));
        }
    }
}
