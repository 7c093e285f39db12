using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>One to four objects on a background, with the caption that describes them. Immutable.</summary>
public sealed class Scene
{
    /// <summary>Width and height of a scene's picture, in pixels.</summary>
    public const int Size = 64;

    private const int MostTries = 50;

    // Stricter than the oracle (0.5), so that what it measures may differ a little.
    private const double RelationMargin = 0.55;

    private Scene(ScenePrompt prompt, string caption, IReadOnlyList<SceneObject> objects, SceneBackground background) =>
        (Prompt, Caption, Objects, Background) = (prompt, caption, objects, background);

    /// <summary>What the caption says.</summary>
    public ScenePrompt Prompt { get; }

    /// <summary>The prompt in one of its wordings.</summary>
    public string Caption { get; }

    /// <summary>The objects, those of the prompt's first phrase first; they never touch.</summary>
    public IReadOnlyList<SceneObject> Objects { get; }

    /// <summary>What is behind them.</summary>
    internal SceneBackground Background { get; }

    /// <summary>A scene that a prompt describes: what the prompt leaves open is drawn, but unnamed textures are plain.</summary>
    /// <param name="prompt">At most four objects in all; with a relation, at most two on each side.</param>
    /// <param name="seed">The same seed gives the same scene.</param>
    /// <exception cref="InvalidOptionException">The prompt has more objects than fit.</exception>
    public static Scene Of(ScenePrompt prompt, long seed)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var most = prompt.Relation is null ? ObjectPhrase.MostObjects : ObjectPhrase.MostObjects / 2;
        if (prompt.Phrases.Sum(phrase => phrase.Count) > ObjectPhrase.MostObjects || prompt.Phrases.Any(phrase => phrase.Count > most))
        {
            throw new InvalidOptionException(
                $"A scene has at most {ObjectPhrase.MostObjects} objects, with a relation at most two on each side; '{prompt}' has more.");
        }

        return Compose(prompt, new SceneRandom(seed, 0));
    }

    internal static Scene Compose(ScenePrompt prompt, SceneRandom random)
    {
        var looks = prompt.Phrases.SelectMany(phrase => Looks(phrase, random)).ToArray();
        var objects = Arrange(prompt, looks, random);
        for (var i = 1; i < MostTries && !RelationHolds(prompt, objects); i++)
        {
            objects = Arrange(prompt, looks, random);
        }

        return new Scene(prompt, CaptionWriter.Write(prompt, random), objects, SceneBackground.Draw(random));
    }

    /// <summary>Draws the picture, 64 x 64 px; the same bytes on every machine.</summary>
    public RgbImage Render() => SceneRenderer.Render(Background, Objects);

    /// <summary>What an oracle that makes no mistakes reads from the picture, without looking: the objects in their order, every confidence 1.</summary>
    public IReadOnlyList<ObjectReading> Read() => [.. Objects.Select(thing => new ObjectReading(Box(thing), thing.Shape, 1, thing.Color, 1, thing.Texture, 1))];

    /// <summary>The caption.</summary>
    public override string ToString() => Caption;

    private static IEnumerable<SceneObject> Looks(ObjectPhrase phrase, SceneRandom random)
    {
        for (var i = 0; i < phrase.Count; i++)
        {
            var texture = phrase.Texture ?? ShapeTexture.Plain;
            var turn = texture == ShapeTexture.Striped ? random.Next(TexturePattern.Turns) : 0;
            yield return new SceneObject(phrase.Shape, phrase.Color ?? OpenColor(phrase.Shape, texture, random), texture, turn, 0, 0, 0);
        }
    }

    // An open colour is never a held-out one: those are shown only where the caption names them.
    private static ShapeColor OpenColor(ShapeKind shape, ShapeTexture texture, SceneRandom random)
    {
        var color = random.Pick<ShapeColor>();
        while (HeldOutLooks.Contains(shape, color, texture))
        {
            color = random.Pick<ShapeColor>();
        }

        return color;
    }

    private static SceneObject[] Arrange(ScenePrompt prompt, SceneObject[] looks, SceneRandom random) =>
    [
        .. looks.Zip(SceneLayout.Cells(prompt, random), (look, cell) =>
        {
            var (x, y, radius) = SceneLayout.Place(look.Shape, cell, random);
            return look with { X = x, Y = y, Radius = radius };
        }),
    ];

    private static bool RelationHolds(ScenePrompt prompt, SceneObject[] objects) => prompt.Relation is not { } relation
        || objects.Take(prompt.First.Count).All(a => objects.Skip(prompt.First.Count).All(b => RelativePosition.Of(Box(a), Box(b), RelationMargin).Contains(relation)));

    private static ObjectBox Box(SceneObject thing)
    {
        var extent = ShapeOutline.Extent(thing.Shape);
        return new ObjectBox(thing.X - (extent.X * thing.Radius), thing.Y - (extent.Y * thing.Radius), 2 * extent.X * thing.Radius, 2 * extent.Y * thing.Radius);
    }
}
