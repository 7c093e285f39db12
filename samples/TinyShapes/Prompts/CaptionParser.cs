namespace MaskUNet.Shapes.Prompts;

/// <summary>Captions to prompts: [opening] phrase [("and" | relation) phrase], a phrase being count, colour and texture in any order, shape, ["with" pattern].</summary>
internal sealed class CaptionParser(string caption)
{
    private readonly string[] words = Words(caption);
    private int at;

    /// <summary>The word that was not understood.</summary>
    public string Where => at < words.Length ? $"'{words[at]}' (word {at + 1})" : "its end";

    public ScenePrompt? Parse()
    {
        at = 0;
        _ = CaptionWords.Openings.Any(opening => opening.Length > 0 && Take(opening));
        if (Phrase() is not { } first)
        {
            return null;
        }

        if (at == words.Length)
        {
            return new ScenePrompt(first);
        }

        var relation = Relation();
        if (relation is null && !Take(CaptionWords.And))
        {
            return null;
        }

        return Phrase() is { } second && at == words.Length ? new ScenePrompt(first, second, relation) : null;
    }

    private ObjectPhrase? Phrase()
    {
        var count = Index(CaptionWords.Counts, words => words.Any(Take)) + 1;
        if (count is null)
        {
            return null;
        }

        ShapeColor? color = null;
        ShapeTexture? texture = null;
        while (true)
        {
            if (color is null && Index(CaptionWords.Colors, Take) is { } c)
            {
                color = (ShapeColor)c;
            }
            else if (texture is null && Index(CaptionWords.Textures, Take) is { } t)
            {
                texture = (ShapeTexture)t;
            }
            else
            {
                break;
            }
        }

        if (Index(CaptionWords.Shapes, shape => Take(count == 1 ? shape.One : shape.Many)) is not { } kind)
        {
            return null;
        }

        if (texture is null && Take(CaptionWords.With))
        {
            if (Index(CaptionWords.Patterns, pattern => pattern is not null && Take(pattern)) is not { } pattern)
            {
                return null;
            }

            texture = (ShapeTexture)pattern;
        }

        return new ObjectPhrase((ShapeKind)kind, color, texture, count.Value);
    }

    private SpatialRelation? Relation() => (SpatialRelation?)Index(CaptionWords.Relations, wordings => wordings.Any(Take));

    private bool Take(string wording)
    {
        var wanted = wording.Split(' ');
        var found = words.AsSpan(at).StartsWith(wanted);
        at += found ? wanted.Length : 0;
        return found;
    }

    private static int? Index<T>(IReadOnlyList<T> choices, Func<T, bool> taken)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            if (taken(choices[i]))
            {
                return i;
            }
        }

        return null;
    }

    private static string[] Words(string caption) => new string([.. caption.Select(c => char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
