using System.Text;

namespace MaskUNet.Shapes.Prompts;

/// <summary>
/// Captions that read like another and mean something else: two colours, textures or shapes exchanged, the relation turned round, or one
/// attribute of one phrase replaced. What is false of a scene's picture teaches a CLIP or a reward what belongs to what.
/// </summary>
public static class Distractor
{
    private const double Exchanged = 0.7; // where there is something to exchange

    /// <summary>A false caption for the pictures of another.</summary>
    /// <param name="caption">A caption of the grammar.</param>
    /// <returns>The same for the same caption, in a drawn wording.</returns>
    /// <exception cref="InvalidOptionException">The caption is not of the grammar.</exception>
    public static string Of(string caption)
    {
        var prompt = ScenePrompt.Parse(caption);
        var random = new SceneRandom(Seed(caption), 0);
        var exchanges = prompt is { Second: { } second }
            ? Exchanges(prompt.First, second, prompt.Relation).Where(other => !Agree(other, prompt)).ToArray()
            : [];
        var distractor = exchanges.Length > 0 && random.NextDouble() < Exchanged
            ? exchanges[random.Next(exchanges.Length)]
            : Replaced(prompt, random);
        return CaptionWriter.Write(distractor, random);
    }

    private static IEnumerable<ScenePrompt> Exchanges(ObjectPhrase first, ObjectPhrase second, SpatialRelation? relation)
    {
        if (first.Color is not null && second.Color is not null)
        {
            yield return new ScenePrompt(With(first, second.Color), With(second, first.Color), relation);
        }

        if (first.Texture is not null && second.Texture is not null)
        {
            yield return new ScenePrompt(With(first, second.Texture), With(second, first.Texture), relation);
        }

        yield return new ScenePrompt(With(first, second.Shape), With(second, first.Shape), relation);
        if (relation is { } known)
        {
            yield return new ScenePrompt(first, second, Opposite(known));
        }
    }

    private static ScenePrompt Replaced(ScenePrompt prompt, SceneRandom random)
    {
        while (true)
        {
            var inSecond = prompt.Second is not null && random.Next(2) == 1;
            var phrase = inSecond ? prompt.Second! : prompt.First;
            var replaced = random.Next(3) switch
            {
                0 when phrase.Color is not null => With(phrase, random.Pick<ShapeColor>()),
                1 when phrase.Texture is not null => With(phrase, random.Pick<ShapeTexture>()),
                _ => With(phrase, random.Pick<ShapeKind>()),
            };
            var distractor = inSecond ? new ScenePrompt(prompt.First, replaced, prompt.Relation) : new ScenePrompt(replaced, prompt.Second, prompt.Relation);
            if (!Agree(distractor, prompt))
            {
                return distractor;
            }
        }
    }

    // Whether both may be true of one picture. "A and B" is "B and A", and "A above B" is "B below A".
    private static bool Agree(ScenePrompt a, ScenePrompt b)
    {
        var turned = b.Relation is { } relation ? Opposite(relation) : (SpatialRelation?)null;
        return (a.Relation == b.Relation && Agree(a.First, b.First) && Agree(a.Second, b.Second))
            || (a.Relation == turned && Agree(a.First, b.Second) && Agree(a.Second, b.First));
    }

    private static bool Agree(ObjectPhrase? a, ObjectPhrase? b) => a is null || b is null
        ? a == b
        : a.Shape == b.Shape && a.Count == b.Count && (a.Color ?? b.Color) == (b.Color ?? a.Color) && (a.Texture ?? b.Texture) == (b.Texture ?? a.Texture);

    private static SpatialRelation Opposite(SpatialRelation relation) => relation switch
    {
        SpatialRelation.LeftOf => SpatialRelation.RightOf,
        SpatialRelation.RightOf => SpatialRelation.LeftOf,
        SpatialRelation.Above => SpatialRelation.Below,
        _ => SpatialRelation.Above,
    };

    private static ObjectPhrase With(ObjectPhrase phrase, ShapeKind shape) => new(shape, phrase.Color, phrase.Texture, phrase.Count);

    private static ObjectPhrase With(ObjectPhrase phrase, ShapeColor? color) => new(phrase.Shape, color, phrase.Texture, phrase.Count);

    private static ObjectPhrase With(ObjectPhrase phrase, ShapeTexture? texture) => new(phrase.Shape, phrase.Color, texture, phrase.Count);

    // FNV-1a: string.GetHashCode differs from run to run.
    private static long Seed(string caption) =>
        (long)Encoding.UTF8.GetBytes(caption).Aggregate(0xCBF29CE484222325UL, (hash, value) => (hash ^ value) * 0x100000001B3UL);
}
