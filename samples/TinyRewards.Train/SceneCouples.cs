using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Scenes, each with one of a caption that reads like its own and means something else. In training neither has a held-out look.</summary>
internal sealed class SceneCouples(long seed, SceneSplit split)
{
    private const long Elsewhere = 1_000_003; // beyond the scenes that are taken by number

    private readonly SceneSource scenes = new(seed, split);

    public (Scene Scene, Scene Other) this[long index]
    {
        get
        {
            for (var number = index; ; number += Elsewhere)
            {
                var scene = scenes[number];
                var other = ScenePrompt.Parse(Distractor.Of(scene.Caption));
                if (split == SceneSplit.HeldOut || !HeldOutLooks.Contains(other))
                {
                    return (scene, Scene.Of(other, number));
                }
            }
        }
    }
}
