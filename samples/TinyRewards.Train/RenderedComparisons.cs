using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Endless comparisons that cost nothing: a scene, some whose captions read like its own, and one that lacks an object, as the oracle ranks them
/// for the captions of all. So neither the picture nor the caption alone tells which is preferred.
/// </summary>
internal sealed class RenderedComparisons(long seed, long count) : IComparisonDataset
{
    private const int MostOthers = 3;

    private readonly SceneCouples couples = new(seed, SceneSplit.Training);

    public string Name => $"TinyShapes by families, seed {seed}";

    public long Count => count;

    public IReadOnlyList<PictureComparison> Load(long index)
    {
        for (var number = index; ; number += count)
        {
            var (scene, other) = couples[number];
            List<Scene> others = [other, .. NearPrompts.Others(scene.Caption).Where(prompt => prompt != other.Prompt).Take(MostOthers - 1).Select(prompt => Scene.Of(prompt, number))];
            var fewer = NearPrompts.Fewer(scene.Prompt).ToArray();
            List<RgbImage> pictures = [scene.Render(), .. others.ConvertAll(one => one.Render())];
            if (fewer.Length > 0)
            {
                pictures.Add(Scene.Of(fewer[number % fewer.Length], number).Render());
            }

            var comparisons = new RankedPictures(pictures).For([scene.Caption, .. others.Select(one => one.Caption), .. NearPrompts.Parts(scene.Prompt).Select(part => part.ToString())]);
            if (comparisons.Count > 0)
            {
                return comparisons;
            }
        }
    }
}
