using System.Globalization;
using MaskUNet.Masking;
using MaskUNet.Rewards.Evaluation;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>Figure 9 (b): what masks drop, and how far their pictures are from the scenes, after so many steps of their training.</summary>
internal static class TrainingCourse
{
    private const string Prefix = "masks-";

    public static async Task SaveAsync(Studio studio, string folder, string path)
    {
        var files = Directory.GetFiles(folder, Prefix + "*.safetensors").Select(file => (Step: Step(file), File: file)).OrderBy(file => file.Step).ToList();
        if (files.Count == 0)
        {
            throw new MaskUNetException($"'{folder}' has no {Prefix}*.safetensors: give the output folder of samples/LearnMasks.");
        }

        using var scenes = studio.Features(studio.Scenes());
        var points = new List<(double Step, double Dropped, double Distance)> { (0, 0, await DistanceAsync(MaskStrategy.None)) };
        foreach (var (step, file) in files)
        {
            var (masks, statistics) = (new LearnedMasks(file), new MaskStatistics());
            await studio.ObserveAsync(masks, statistics.Observe);
            points.Add((step, 1 - (statistics.Shares.Sum(share => share.Kept) / (double)statistics.Shares.Sum(share => share.Count)), await DistanceAsync(masks)));
            Console.WriteLine(FormattableString.Invariant($"after step {step}: {points[^1].Dropped:P2} dropped, distance {points[^1].Distance:F4}"));
        }

        using var plot = Charts.Create("Masks along their training (step 0: the plain model)", "training step", "weights dropped, %");
        var steps = points.Select(point => point.Step).ToList();
        plot.Line("dropped", steps, points.Select(point => 100 * point.Dropped));
        plot.OnTheRight(plot.Line("Fréchet distance (right axis)", steps, points.Select(point => point.Distance)), "distance to the scenes");
        plot.Save(path);

        async Task<double> DistanceAsync(MaskStrategy masks)
        {
            using var drawn = studio.Features(await studio.DrawAsync(masks));
            return FrechetDistance.Of(drawn, scenes);
        }
    }

    private static long Step(string file) => long.Parse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], CultureInfo.InvariantCulture);
}
