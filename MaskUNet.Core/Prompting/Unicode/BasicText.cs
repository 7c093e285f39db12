using System.Globalization;
using System.Text;

namespace MaskUNet.Prompting.Unicode;

/// <summary>The first step of BERT's basic tokenizer, which CLIP's shares: control characters go, white space becomes blanks, ideographs stand alone.</summary>
internal static class BasicText
{
    /// <summary>The text with a blank for each kind of white space and on both sides of each CJK ideograph, without what cannot be seen.</summary>
    public static string Spaced(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsBlank(rune))
            {
                result.Append(' ');
            }
            else if (IsIdeograph(rune.Value))
            {
                result.Append(' ').Append(rune).Append(' ');
            }
            else if (IsKept(rune))
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    private static bool IsBlank(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    private static bool IsKept(Rune rune) => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && (rune.IsAscii || UnicodeTables.Version14.IsAssigned(rune.Value));

    private static bool IsIdeograph(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
