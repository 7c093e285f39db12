using MaskUNet.Masking;
using MaskUNet.Rewards.Evaluation;
using static TorchSharp.torch;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>
/// Figure 9 (a): where pictures lie in the small CLIP's features, plain, masked, and the scenes themselves; by the two principal components,
/// where the paper takes t-SNE.
/// </summary>
internal static class Distributions
{
    public static async Task SaveAsync(Studio studio, MaskStrategy masks, string path)
    {
        using var scenes = studio.Features(studio.Scenes());
        using var plain = studio.Features(await studio.DrawAsync(MaskStrategy.None));
        using var masked = studio.Features(await studio.DrawAsync(masks));
        using var plot = Charts.Create("Held-out prompts in the small CLIP's features", "first principal component", "second principal component");
        foreach (var (name, points) in new[] { "scenes", $"plain, distance {Distance(plain, scenes)}", $"learned masks, distance {Distance(masked, scenes)}" }.Zip(Project(scenes, plain, masked)))
        {
            plot.Points(name, points.Select(point => point.X), points.Select(point => point.Y));
        }

        plot.Save(path);
    }

    private static string Distance(Tensor drawn, Tensor scenes) => FormattableString.Invariant($"{FrechetDistance.Of(drawn, scenes):F4}");

    private static List<List<(double X, double Y)>> Project(params Tensor[] sets)
    {
        using var scope = NewDisposeScope();
        var all = cat(sets);
        var centre = all.mean([0]);
        var (_, _, directions) = linalg.svd(all - centre, fullMatrices: false);
        return [.. sets.Select(set =>
        {
            var values = (set - centre).matmul(directions[..2].t()).data<float>().ToArray();
            return values.Chunk(2).Select(pair => ((double)pair[0], (double)pair[1])).ToList();
        })];
    }
}
