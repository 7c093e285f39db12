using System.Globalization;
using System.Text;

namespace MaskUNet.Prompting.Clip;

/// <summary>
/// CLIP's pattern <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>. Written out because .NET's expressions see UTF-16 units,
/// so that a letter beyond U+FFFF would be no letter.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Blank,
        Letter,
        Number,
        Other,
    }

    /// <summary>The length of the word that starts a text, or 0 where it starts with white space.</summary>
    /// <param name="text">Lower-case text that is not empty.</param>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        foreach (var contraction in Contractions)
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal))
            {
                return contraction.Length;
            }
        }

        var (kind, length) = Next(text);
        if (kind is Kind.Blank)
        {
            return 0;
        }

        while (kind != Kind.Number && length < text.Length && Next(text[length..]) is var (next, more) && next == kind)
        {
            length += more;
        }

        return length;
    }

    private static (Kind Kind, int Length) Next(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var rune, out var length); // a lone surrogate reads as U+FFFD
        return (KindOf(rune), length);
    }

    private static Kind KindOf(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Blank : Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
        _ => Kind.Other,
    };
}
