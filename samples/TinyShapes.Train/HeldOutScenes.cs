using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Train;

/// <summary>The scenes that <see cref="Judging.OracleBenchmark.HeldOutPrompts"/> are captions of.</summary>
internal static class HeldOutScenes
{
    public static IReadOnlyList<RgbImage> Render(int count, long seed)
    {
        var source = new SceneSource(seed, SceneSplit.HeldOut);
        return [.. Enumerable.Range(0, count).AsParallel().AsOrdered().Select(i => source[i].Render())];
    }
}
