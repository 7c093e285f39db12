using MaskUNet.Images;
using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;
using MaskUNet.Training;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Endless comparisons that cost nothing: a caption with its scene, and with the scene of a caption that reads like it and means something else.</summary>
/// <param name="seed">Another seed gives other scenes.</param>
/// <param name="split">Training scenes, or held-out ones.</param>
/// <param name="count">How many.</param>
/// <param name="others">Whether every other comparison is with any other scene, which is easier: a model that knows nothing yet begins with those.</param>
internal sealed class RenderedComparisons(long seed, SceneSplit split, long count, bool others = false) : IComparisonDataset
{
    private readonly SceneSource scenes = new(seed, split);

    public string Name => $"TinyShapes {split}, seed {seed}, against distractors{(others ? " and others" : "")}";

    public long Count => count;

    public PictureComparison Load(long index)
    {
        var scene = scenes[index];
        var worse = others && index % 2 == 0 ? scenes[count + index].Render() : Distracted(scene.Caption, index);
        return new PictureComparison(scene.Caption, scene.Render(), worse);
    }

    /// <summary>A picture that looks like one for a caption, and is not.</summary>
    public static RgbImage Distracted(string caption, long seed) => Scene.Of(ScenePrompt.Parse(Distractor.Of(caption)), seed).Render();
}
