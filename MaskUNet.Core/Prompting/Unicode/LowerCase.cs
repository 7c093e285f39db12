using System.Globalization;
using System.Text;

namespace MaskUNet.Prompting.Unicode;

/// <summary>Lower case as the reference tokenizers' languages define it: independent of the culture and of ICU.</summary>
internal static class LowerCase
{
    private const int CapitalSigma = 0x3A3, SmallSigma = 0x3C3, FinalSigma = 0x3C2, CapitalDottedI = 0x130;

    /// <summary>Character by character, without regard to context, as Rust's tokenizers do.</summary>
    public static string EachCharacter(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(result, rune);
        }

        return result.ToString();
    }

    /// <summary>As Python's <c>str.lower</c>: a capital sigma at the end of a word becomes a final sigma.</summary>
    public static string WithFinalSigma(string text)
    {
        if (!text.Contains((char)CapitalSigma, StringComparison.Ordinal))
        {
            return EachCharacter(text);
        }

        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            if (runes[i].Value == CapitalSigma)
            {
                result.Append((char)(EndsWord(runes, i) ? FinalSigma : SmallSigma));
            }
            else
            {
                Append(result, runes[i]);
            }
        }

        return result.ToString();
    }

    private static void Append(StringBuilder result, Rune rune)
    {
        if (rune.Value == CapitalDottedI)
        {
            result.Append("i\u0307");
        }
        else
        {
            result.Append(Rune.ToLowerInvariant(rune));
        }
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before, none behind, case-ignorable characters not counted.</summary>
    private static bool EndsWord(Rune[] runes, int index) => HasCasedNeighbour(runes, index, -1) && !HasCasedNeighbour(runes, index, 1);

    private static bool HasCasedNeighbour(Rune[] runes, int index, int direction)
    {
        do
        {
            index += direction;
        }
        while (index >= 0 && index < runes.Length && IsCaseIgnorable(runes[index]));

        return index >= 0 && index < runes.Length && IsCased(runes[index]);
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA // ordinal indicators
            or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9) // Roman numerals, circled letters
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189); // letters in squares

    private static bool IsCaseIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A;
}
