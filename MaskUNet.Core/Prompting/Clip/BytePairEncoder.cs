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
        var pieces = new PieceList(Bytes(word));
        var waiting = new PriorityQueue<int, long>();
        var merged = new List<int>();
        for (var i = 0; i < pieces.Length; i++)
        {
            Enqueue(i);
        }

        // All occurrences of the first merge, from the left; only then are the pairs considered that they gave rise to.
        while (waiting.TryPeek(out _, out var first))
        {
            merged.Clear();
            while (waiting.TryPeek(out var at, out var next) && Rank(next) == Rank(first))
            {
                waiting.Dequeue();
                if (Find(at) is { } merge && merge.Rank == Rank(first))
                {
                    pieces.Join(at, merge.Id);
                    merged.Add(at);
                }
            }

            merged.ForEach(at =>
            {
                Enqueue(at);
                Enqueue(pieces.Before(at));
            });
        }

        pieces.CopyTo(ids);

        Merge? Find(int at) => pieces.PairAt(at) is { } pair && merges.TryGetValue(pair, out var merge) ? merge : null;

        void Enqueue(int at)
        {
            if (Find(at) is { } merge)
            {
                waiting.Enqueue(at, ((long)merge.Rank << 32) | (uint)at);
            }
        }

        static int Rank(long priority) => (int)(priority >> 32);
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

    private readonly record struct Merge(int Rank, int Id);
}
