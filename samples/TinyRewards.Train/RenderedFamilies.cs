using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// A scene, some whose captions read like its own, one that lacks an object, and two of them with the flaws that a model's pictures have; with the
/// captions of all and parts of the scene's. They cost nothing, so no training sees one twice.
/// </summary>
/// <param name="seed">Of the scenes.</param>
/// <param name="recolored">The share of families whose colours are turned.</param>
internal sealed class RenderedFamilies(long seed, double recolored) : IFamilies
{
    private const int MostOthers = 3;
    private const int Seeds = 8; // of one family's scenes

    private readonly SceneSource scenes = new(seed);

    public string Name => $"TinyShapes by families, seed {seed}";

    public Family this[long number]
    {
        get
        {
            var random = new Random((int)number);
            var scene = scenes[number];
            ScenePrompt[] near = [.. NearPrompts.Others(scene.Caption).Take(MostOthers), .. NearPrompts.Fewer(scene.Prompt).OrderBy(_ => random.Next()).Take(1)];
            List<Scene> members = [scene, .. near.Select((prompt, i) => Scene.Of(prompt, (number * Seeds) + i))];
            List<SeenPicture> pictures = [.. members.Select(SeenPicture.Of)];
            var other = pictures[random.Next(pictures.Count)];
            pictures.Add(SeenPicture.Of(Flaws.Of(pictures[0].Picture, other.Picture, random)));
            pictures.Add(SeenPicture.Of(Flaws.Of(other.Picture, pictures[0].Picture, random)));
            if (random.NextDouble() < recolored)
            {
                pictures = [.. new Recoloring(random).Apply(pictures)];
            }

            return new Family(
                [.. pictures.Where(picture => !picture.IsHeldOut)],
                [.. members.Select(member => member.Caption).Concat(NearPrompts.Parts(scene.Prompt).Append(NearPrompts.Unseen(scene.Prompt)).Select(part => Scene.Of(part, number).Caption)).Distinct()]);
        }
    }
}
