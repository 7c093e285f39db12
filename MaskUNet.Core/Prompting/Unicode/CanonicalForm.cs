using System.Text;

namespace MaskUNet.Prompting.Unicode;

/// <summary>Unicode's canonical normal forms (Unicode Standard Annex 15), independent of ICU.</summary>
internal static class CanonicalForm
{
    // Below U+0300 nothing combines and every character is its own composed form.
    private const char FirstCombining = '\u0300';

    // Hangul syllables are composed by arithmetic (Unicode Standard, section 3.12).
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Tails = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

    /// <summary>NFC: decomposed, reordered, composed. A lone surrogate becomes U+FFFD.</summary>
    public static string Compose(string text) => text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstCombining - 1)) < 0
        ? text
        : Text(Composed(Reordered(Decomposed(text))));

    /// <summary>NFD: decomposed and reordered. A lone surrogate becomes U+FFFD.</summary>
    public static string Decompose(string text) => Ascii.IsValid(text) ? text : Text(Reordered(Decomposed(text)));

    private static List<int> Decomposed(string text)
    {
        var result = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(result, rune.Value);
        }

        return result;
    }

    private static void Append(List<int> result, int codePoint)
    {
        var syllable = codePoint - Syllables;
        if (syllable is >= 0 and < SyllableCount)
        {
            result.Add(Leads + (syllable / (VowelCount * TailCount)));
            result.Add(Vowels + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount > 0)
            {
                result.Add(Tails + (syllable % TailCount));
            }
        }
        else if (UnicodeTables.Version14.Decompose(codePoint) is { } parts)
        {
            foreach (var part in parts)
            {
                Append(result, part);
            }
        }
        else
        {
            result.Add(codePoint);
        }
    }

    private static List<int> Reordered(List<int> codePoints)
    {
        var tables = UnicodeTables.Version14;
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            while (end < codePoints.Count && tables.CombiningClass(codePoints[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var ordered = codePoints.GetRange(start, end - start).OrderBy(tables.CombiningClass).ToList(); // stable
                for (var i = 0; i < ordered.Count; i++)
                {
                    codePoints[start + i] = ordered[i];
                }
            }

            start = Math.Max(start, end - 1);
        }

        return codePoints;
    }

    private static List<int> Composed(List<int> codePoints)
    {
        var tables = UnicodeTables.Version14;
        var result = new List<int>(codePoints.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var codePoint in codePoints)
        {
            var combiningClass = tables.CombiningClass(codePoint);
            var adjacent = starter == result.Count - 1;
            if (starter >= 0 && (adjacent || lastClass < combiningClass) && Composite(result[starter], codePoint) is { } composite)
            {
                result[starter] = composite;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = result.Count;
            }

            lastClass = combiningClass;
            result.Add(codePoint);
        }

        return result;
    }

    private static int? Composite(int first, int second)
    {
        var (lead, vowel) = (first - Leads, second - Vowels);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return Syllables + (((lead * VowelCount) + vowel) * TailCount);
        }

        var (syllable, tail) = (first - Syllables, second - Tails);
        return syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount
            ? first + tail
            : UnicodeTables.Version14.Compose(first, second);
    }

    private static string Text(List<int> codePoints)
    {
        var text = new StringBuilder(codePoints.Count);
        foreach (var codePoint in codePoints)
        {
            text.Append(new Rune(codePoint));
        }

        return text.ToString();
    }
}
