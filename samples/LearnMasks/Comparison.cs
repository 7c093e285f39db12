using System.Globalization;
using MaskUNet.Images;
using MaskUNet.Masking;
using MaskUNet.Shapes.Judging;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>Draws held-out prompts with and without masks, from the same seeds, and has the oracle judge both.</summary>
internal static class Comparison
{
    private const int Shown = 8;
    private const int Side = 128;

    private static readonly (string Name, Func<OracleVerdict, bool?> Holds)[] Questions =
    [
        ("all right", verdict => verdict.GenEval.Correct),
        ("objects", verdict => verdict.GenEval.Objects),
        ("colours", verdict => verdict.GenEval.Colors),
        ("position", verdict => verdict.GenEval.Position),
    ];

    public static async Task RunAsync(IImagePipeline pipeline, MaskStrategy masks, string folder, int prompts, int seeds, CancellationToken cancellation)
    {
        IReadOnlyList<string> captions = [.. Enumerable.Repeat(OracleBenchmark.HeldOutPrompts(prompts, seed: 0), seeds).SelectMany(all => all)];
        var (plain, plainCells) = await JudgeAsync(pipeline, captions, "plain", MaskStrategy.None, cancellation);
        var (learned, learnedCells) = await JudgeAsync(pipeline, captions, "learned", masks, cancellation);
        foreach (var (name, holds) in Questions)
        {
            var pairs = plain.Verdicts.Zip(learned.Verdicts, (before, after) => (Before: holds(before), After: holds(after))).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: better {pairs.Count(pair => pair is { Before: false, After: true })}, worse {pairs.Count(pair => pair is { Before: true, After: false })} of {pairs.Count(pair => pair.Before is not null)}"));
        }

        await PrintStatisticsAsync(pipeline, masks, captions[0], cancellation);
        var sheet = Path.Combine(folder, "sheet.png");
        ContactSheet.Create([.. plainCells, .. learnedCells], columns: Math.Min(Shown, captions.Count)).SavePng(sheet);
        Console.WriteLine(sheet);
    }

    private static async Task<(OracleScores Scores, IEnumerable<(RgbImage, string)> Cells)> JudgeAsync(
        IImagePipeline pipeline, IReadOnlyList<string> captions, string name, MaskStrategy masks, CancellationToken cancellation)
    {
        var pictures = await OracleBenchmark.DrawAsync(pipeline, captions, TinyShapes.Request("") with { Masks = masks }, cancellationToken: cancellation);
        var scores = OracleBenchmark.Score(captions, pictures);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: all right {scores.Correct:P1}, single object {scores.SingleObject:P1}, colours {scores.Colors:P1}, counting {scores.Counting:P1}, two objects {scores.TwoObjects:P1}, position {scores.Position:P1}; binding of colours {scores.ColorBinding:F3}, shapes {scores.ShapeBinding:F3}, textures {scores.TextureBinding:F3}"));
        return (scores, pictures.Take(Shown).Zip(scores.Verdicts, (picture, verdict) =>
            (picture.Resize(Side, Side, ResizeFilter.Box), $"{name}: {(verdict.GenEval.Correct ? "yes" : "no")}")));
    }

    // Of one picture, apart from the others, where it would cost time.
    private static async Task PrintStatisticsAsync(IImagePipeline pipeline, MaskStrategy masks, string caption, CancellationToken cancellation)
    {
        var statistics = new MaskStatistics();
        var observed = new ObservedMaskStrategy(masks, statistics.Observe);
        await pipeline.GenerateAsync(TinyShapes.Request(caption) with { Seed = 0, Masks = observed }, null, cancellation);
        foreach (var (step, kept) in statistics.KeptByStep)
        {
            var overlap = statistics.OverlapByStep.TryGetValue(step, out var share) ? string.Create(CultureInfo.InvariantCulture, $", {share:P1} of the dropped ones as before") : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}: {kept:P2} of the weights kept{overlap}"));
        }
    }
}
