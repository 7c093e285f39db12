using MaskUNet.Masking;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>Figure 1 (d): how the decoder's attention weights are spread before random masks, and what remains of them after.</summary>
internal static class WeightHistograms
{
    private const double Edge = 0.3;
    private const int Bins = 40;

    public static async Task SaveAsync(Studio studio, IReadOnlyList<double> ratios, string path)
    {
        using var plot = Charts.Create("Weights that remain under random masks", "weight", "number of weights");
        foreach (var ratio in ratios.Where((_, i) => i == 0 || i >= ratios.Count - 3))
        {
            var histogram = new WeightHistogram(-Edge, Edge, Bins);
            await studio.ObserveAsync(new RandomMasks(ratio), (step, layer, mask) => histogram.Add(step.UNet.Weight(layer), mask), steps: 1);
            var line = plot.Line(
                ratio == 0 ? "before" : FormattableString.Invariant($"after {ratio:P0}"),
                Enumerable.Range(0, Bins).Select(bin => -Edge + ((bin + 0.5) * 2 * Edge / Bins)),
                histogram.Remaining.Select(count => (double)count));
            line.MarkerSize = 0;
        }

        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        plot.Save(path);
    }
}
