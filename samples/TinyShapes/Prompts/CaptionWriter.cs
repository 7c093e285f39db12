namespace MaskUNet.Shapes.Prompts;

/// <summary>Prompts to captions, in the plainest wording or in a drawn one.</summary>
internal static class CaptionWriter
{
    public static string Write(ScenePrompt prompt, SceneRandom? random = null)
    {
        var wording = new Wording(random);
        var opening = wording.Pick(CaptionWords.Openings, plainest: 0.7);
        var caption = (opening.Length > 0 ? opening + " " : "") + Phrase(prompt.First, wording);
        return prompt.Second is { } second ? $"{caption} {Relation(prompt.Relation, wording)} {Phrase(second, wording)}" : caption;
    }

    private static string Relation(SpatialRelation? relation, Wording wording) =>
        relation is { } known ? wording.Pick(CaptionWords.Relations[(int)known], plainest: 0.6) : CaptionWords.And;

    private static string Phrase(ObjectPhrase phrase, Wording wording)
    {
        var color = phrase.Color is { } c ? CaptionWords.Colors[(int)c] : null;
        var adjective = phrase.Texture is { } t ? CaptionWords.Textures[(int)t] : null;
        var pattern = phrase.Texture is { } p ? CaptionWords.Patterns[(int)p] : null;
        if (pattern is not null && wording.Chance(0.2))
        {
            (adjective, pattern) = (null, $"{CaptionWords.With} {pattern}");
        }
        else
        {
            pattern = null;
        }

        var adjectives = wording.Chance(0.3) ? new[] { adjective, color } : [color, adjective];
        var (one, many) = CaptionWords.Shapes[(int)phrase.Shape];
        var words = string.Join(' ', adjectives.Append(phrase.Count == 1 ? one : many).Append(pattern).OfType<string>());
        return $"{Count(phrase.Count, words[0], wording)} {words}";
    }

    private static string Count(int count, char next, Wording wording)
    {
        var words = CaptionWords.Counts[count - 1];
        return count > 1 ? words[0]
            : wording.Chance(0.1) ? words[2]
            : "aeiou".Contains(next, StringComparison.Ordinal) ? words[1] : words[0];
    }

    /// <summary>Choices of words; always the plainest where nothing is drawn.</summary>
    private sealed class Wording(SceneRandom? random)
    {
        public bool Chance(double probability) => random is not null && random.NextDouble() < probability;

        public string Pick(IReadOnlyList<string> words, double plainest) =>
            random is null || random.NextDouble() < plainest ? words[0] : words[1 + random.Next(words.Count - 1)];
    }
}
