namespace MaskUNet.Shapes.Prompts;

/// <summary>All words that captions are made of: what a tokenizer for them has to know.</summary>
public static class CaptionVocabulary
{
    /// <summary>The words, each once, in ordinal order; lower-case ASCII letters only.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. new[]
        {
            CaptionWords.Openings, CaptionWords.Counts.SelectMany(words => words), CaptionWords.Shapes.SelectMany(shape => new[] { shape.One, shape.Many }),
            CaptionWords.Colors, CaptionWords.Textures, CaptionWords.Patterns.OfType<string>(), CaptionWords.Relations.SelectMany(words => words),
            [CaptionWords.And, CaptionWords.With],
        }
            .SelectMany(words => words).SelectMany(words => words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()
            .Order(StringComparer.Ordinal),
    ];
}
