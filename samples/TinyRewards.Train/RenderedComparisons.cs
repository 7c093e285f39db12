using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Endless comparisons that cost nothing: a caption with its scene, and with the scene of a caption that reads like it and means something else.</summary>
internal sealed class RenderedComparisons(long seed, SceneSplit split, long count) : IComparisonDataset
{
    private readonly SceneSource scenes = new(seed, split);

    public string Name => $"TinyShapes {split}, seed {seed}, against distractors";

    public long Count => count;

    public PictureComparison Load(long index)
    {
        var scene = scenes[index];
        return new PictureComparison(scene.Caption, scene.Render(), Distracted(scene.Caption, index));
    }

    /// <summary>A picture that looks like one for a caption, and is not.</summary>
    public static RgbImage Distracted(string caption, long seed) => Scene.Of(ScenePrompt.Parse(Distractor.Of(caption)), seed).Render();
}
