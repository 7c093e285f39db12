using MaskUNet.Masking;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>What learned masks drop at each denoising step of one picture, and how much of it the step before dropped too (paper, section 4.5).</summary>
internal static class StepShares
{
    public static async Task SaveAsync(Studio studio, MaskStrategy masks, string path)
    {
        var statistics = new MaskStatistics();
        await studio.ObserveAsync(masks, statistics.Observe);
        using var plot = Charts.Create("Learned masks along the denoising steps", "step", "weights dropped, %");
        var halves = statistics.Shares.GroupBy(share => share.Sample).OrderBy(half => half.Key).Zip(["without the prompt", "with the prompt"]);
        foreach (var (half, name) in halves)
        {
            var steps = half.GroupBy(share => share.Step).OrderBy(step => step.Key).ToList();
            plot.Line($"dropped, {name}", steps.Select(step => step.Key + 1.0), steps.Select(step => 100 * (1 - (step.Sum(share => share.Kept) / (double)step.Sum(share => share.Count)))));
        }

        var overlap = statistics.OverlapByStep.OrderBy(step => step.Key).ToList();
        plot.OnTheRight(plot.Line("dropped before too (right axis)", overlap.Select(step => step.Key + 1.0), overlap.Select(step => 100 * step.Value)), "in common with the step before, %");
        plot.Save(path);
    }
}
