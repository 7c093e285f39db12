using System.Text;

namespace MaskUNet.Prompting.Clip;

/// <summary>CLIP's byte-level byte-pair encoding: a word to the ids of its pieces, the last of which carries <c>&lt;/w&gt;</c>.</summary>
internal sealed class BytePairEncoder
{
    public const string WordEnd = "</w>";

    private readonly Dictionary<(int Left, int Right), Merge> merges;
    private readonly int[] byteIds;
    private readonly int[] lastByteIds;

    /// <summary>Prepares the tables.</summary>
    /// <param name="vocabulary">Token to id.</param>
    /// <param name="mergeLines">Pairs of tokens, a blank between them, the first to be merged first.</param>
    /// <param name="source">What messages call the vocabulary.</param>
    public BytePairEncoder(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<string> mergeLines, string source)
    {
        byteIds = [.. ByteAlphabet.Characters.Select(character => Id(character.ToString()))];
        lastByteIds = [.. ByteAlphabet.Characters.Select(character => Id(character + WordEnd))];
        merges = new Dictionary<(int Left, int Right), Merge>(mergeLines.Count);
        for (var rank = 0; rank < mergeLines.Count; rank++)
        {
            var pair = mergeLines[rank].Split(' ');
            if (pair.Length != 2)
            {
                throw new CheckpointException($"Merge {rank + 1} of {source} is '{mergeLines[rank]}', not two tokens: use the model's own merges.txt.");
            }

            merges.TryAdd((Id(pair[0]), Id(pair[1])), new Merge(rank, Id(pair[0] + pair[1])));
        }

        int Id(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new CheckpointException($"The vocabulary of {source} lacks the token '{token}': vocab.json and merges.txt do not belong together.");
    }

    /// <summary>Appends a word's ids.</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var pieces = Bytes(word);
        var count = pieces.Length;
        while (count > 1 && FirstMerge(pieces.AsSpan(0, count)) is { } merge)
        {
            count = Apply(merge, pieces.AsSpan(0, count));
        }

        ids.AddRange(pieces.AsSpan(0, count));
    }

    private int[] Bytes(ReadOnlySpan<char> word)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        var pieces = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            pieces[i] = (i == bytes.Length - 1 ? lastByteIds : byteIds)[bytes[i]];
        }

        return pieces;
    }

    private (int Left, int Right, int Merged)? FirstMerge(ReadOnlySpan<int> pieces)
    {
        var rank = int.MaxValue;
        (int, int, int)? first = null;
        for (var i = 1; i < pieces.Length; i++)
        {
            if (merges.TryGetValue((pieces[i - 1], pieces[i]), out var merge) && merge.Rank < rank)
            {
                rank = merge.Rank;
                first = (pieces[i - 1], pieces[i], merge.Id);
            }
        }

        return first;
    }

    private static int Apply((int Left, int Right, int Merged) merge, Span<int> pieces)
    {
        var count = 0;
        for (var i = 0; i < pieces.Length; i++)
        {
            var isPair = i + 1 < pieces.Length && pieces[i] == merge.Left && pieces[i + 1] == merge.Right;
            pieces[count++] = isPair ? merge.Merged : pieces[i];
            i += isPair ? 1 : 0;
        }

        return count;
    }

    private readonly record struct Merge(int Rank, int Id);
}
