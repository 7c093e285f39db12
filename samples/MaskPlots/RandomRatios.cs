using MaskUNet.Masking;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>Figure 1 in numbers: how many prompts are right under random masks, by ratio, for several masks of each.</summary>
internal static class RandomRatios
{
    public static async Task SaveAsync(Studio studio, IReadOnlyList<double> ratios, int seeds, string path)
    {
        var points = new List<(double Ratio, double Right)>();
        foreach (var ratio in ratios)
        {
            for (var seed = 0; seed < (ratio == 0 ? 1 : seeds); seed++)
            {
                points.Add((ratio, studio.Right(await studio.DrawAsync(new RandomMasks(ratio, seed)))));
                Console.WriteLine(FormattableString.Invariant($"ratio {ratio}, mask {seed}: {points[^1].Right:P1} right"));
            }
        }

        using var plot = Charts.Create("Random masks on the decoder's attention", "weights set to zero, %", "prompts that are right, %");
        plot.Points("a mask", points.Select(point => 100 * point.Ratio), points.Select(point => 100 * point.Right));
        var means = points.GroupBy(point => point.Ratio).ToList();
        plot.Line("mean", means.Select(group => 100 * group.Key), means.Select(group => 100 * group.Average(point => point.Right)));
        plot.Axes.SetLimitsY(0, 5 + (100 * points.Max(point => point.Right)));
        plot.Save(path);
    }
}
