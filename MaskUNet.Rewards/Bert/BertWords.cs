using System.Globalization;
using System.Text;
using MaskUNet.Prompting.Unicode;

namespace MaskUNet.Rewards.Bert;

/// <summary>Text to words as BERT's uncased basic tokenizer makes them: lower case, without accents, each punctuation mark a word.</summary>
internal static class BertWords
{
    /// <summary>The words of a text.</summary>
    public static IEnumerable<string> Split(string text) =>
        // transformers lowers each character by itself before anything else, so that no sigma becomes a final one.
        from word in CanonicalForm.Compose(BasicText.Spaced(LowerCase.EachCharacter(text))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        from part in SplitPunctuation(WithoutAccents(LowerCase.EachCharacter(word)))
        select part;

    private static string WithoutAccents(string word)
    {
        if (Ascii.IsValid(word))
        {
            return word;
        }

        var result = new StringBuilder(word.Length);
        foreach (var rune in CanonicalForm.Decompose(word).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    private static IEnumerable<string> SplitPunctuation(string word)
    {
        var part = new StringBuilder();
        foreach (var rune in word.EnumerateRunes())
        {
            if (!IsPunctuation(rune))
            {
                part.Append(rune);
                continue;
            }

            if (part.Length > 0)
            {
                yield return part.ToString();
                part.Clear();
            }

            yield return rune.ToString();
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }

    // Of ASCII all that is neither letter, digit nor blank, though Unicode calls some of it symbols.
    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value > ' ' && !Rune.IsLetterOrDigit(rune)
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;
}
