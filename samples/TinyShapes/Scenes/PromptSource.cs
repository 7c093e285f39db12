using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>Draws what scenes are to show.</summary>
internal static class PromptSource
{
    private const double OneKind = 0.5;
    private const double SeveralOfOne = 0.15;
    private const double OneOfEach = 0.75;
    private const double Related = 0.65;
    private const double ColorNamed = 0.9;
    private const double TextureNamed = 0.65;

    private static readonly (int First, int Second)[] RelatedCounts = [(1, 2), (2, 1), (2, 2)];
    private static readonly (int First, int Second)[] FreeCounts = [(1, 2), (2, 1), (2, 2), (1, 3), (3, 1)];

    public static ScenePrompt Draw(SceneSplit split, SceneRandom random)
    {
        var two = random.NextDouble() >= OneKind;
        var heldOut = split == SceneSplit.Training ? -1 : two ? random.Next(2) : 0;
        var shape = random.Pick<ShapeKind>();
        if (!two)
        {
            return new ScenePrompt(Phrase(shape, random.NextDouble() < SeveralOfOne ? 2 + random.Next(3) : 1, heldOut == 0, random));
        }

        SpatialRelation? relation = random.NextDouble() < Related ? random.Pick<SpatialRelation>() : null;
        var more = relation is null ? FreeCounts : RelatedCounts;
        var counts = random.NextDouble() < OneOfEach ? (First: 1, Second: 1) : more[random.Next(more.Length)];
        return new ScenePrompt(
            Phrase(shape, counts.First, heldOut == 0, random), Phrase(Other(shape, random), counts.Second, heldOut == 1, random), relation);
    }

    private static ObjectPhrase Phrase(ShapeKind shape, int count, bool heldOut, SceneRandom random)
    {
        ShapeColor? color = random.NextDouble() < ColorNamed ? random.Pick<ShapeColor>() : null;
        ShapeTexture? texture = random.NextDouble() < TextureNamed ? random.Pick<ShapeTexture>() : null;
        var seen = texture ?? ShapeTexture.Plain;
        while (!heldOut && color is { } drawn && HeldOutLooks.Contains(shape, drawn, seen))
        {
            color = random.Pick<ShapeColor>();
        }

        return new ObjectPhrase(shape, heldOut ? HeldOutLooks.ColorOf(shape, seen) : color, texture, count);
    }

    // As in the benchmarks, the two kinds of a prompt differ.
    private static ShapeKind Other(ShapeKind shape, SceneRandom random)
    {
        var kinds = Enum.GetValues<ShapeKind>().Length;
        return (ShapeKind)(((int)shape + 1 + random.Next(kinds - 1)) % kinds);
    }
}
