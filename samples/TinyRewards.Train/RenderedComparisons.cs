using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Endless comparisons that cost nothing: two scenes whose captions read alike, each better than the other for its own caption, and better than
/// one of another couple. So neither the picture nor the caption alone tells which is preferred.
/// </summary>
internal sealed class RenderedComparisons(long seed, long count) : IComparisonDataset
{
    private const int Couples = 2;

    private readonly SceneCouples couples = new(seed, SceneSplit.Training);

    public string Name => $"TinyShapes by {Couples} couples, seed {seed}";

    public long Count => count;

    public IReadOnlyList<PictureComparison> Load(long index)
    {
        List<Scene> scenes = [.. Enumerable.Range(0, Couples).Select(i => couples[(index * Couples) + i]).SelectMany(couple => new[] { couple.Scene, couple.Other })];
        List<PictureComparison> comparisons = [];
        var pictures = scenes.ConvertAll(scene => scene.Render());
        for (var i = 0; i < scenes.Count; i++)
        {
            var (alike, elsewhere) = (i ^ 1, (i + 2) % scenes.Count);
            comparisons.Add(new PictureComparison(scenes[i].Caption, pictures[i], pictures[alike]));
            comparisons.Add(new PictureComparison(scenes[i].Caption, pictures[i], pictures[elsewhere]));
        }

        return comparisons;
    }
}
