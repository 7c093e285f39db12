using System.Buffers;

namespace MaskUNet.Prompting;

/// <summary>Tokens that are found whole, also inside words; the first in the text wins, and of those the longest.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<char, (string Text, int Id)[]> byFirst;
    private readonly SearchValues<char> firsts;

    public AddedTokens(IEnumerable<(string Text, int Id)> tokens)
    {
        byFirst = tokens.Where(token => token.Text.Length > 0).DistinctBy(token => token.Text, StringComparer.Ordinal)
            .GroupBy(token => token.Text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Text.Length).ToArray());
        firsts = SearchValues.Create([.. byFirst.Keys]);
    }

    /// <summary>Finds the first token of a text.</summary>
    /// <returns>Where it starts, how long it is and its id; null where the text has none.</returns>
    public (int Start, int Length, int Id)? Find(ReadOnlySpan<char> text)
    {
        for (var start = 0; start < text.Length; start++)
        {
            var next = text[start..].IndexOfAny(firsts);
            if (next < 0)
            {
                return null;
            }

            start += next;
            foreach (var (token, id) in byFirst[text[start]])
            {
                if (text[start..].StartsWith(token, StringComparison.Ordinal))
                {
                    return (start, token.Length, id);
                }
            }
        }

        return null;
    }
}
