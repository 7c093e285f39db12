using System.IO.Compression;
using System.Text;
using MaskUNet.Checkpoints;

namespace MaskUNet.Rewards.Bert;

/// <summary>The pieces of words that a BERT model knows (WordPiece: Wu et al., arXiv 1609.08144), and words put together from them.</summary>
internal sealed class BertVocabulary
{
    public const string Pad = "[PAD]", Unknown = "[UNK]", Start = "[CLS]", End = "[SEP]";

    private const string Continued = "##";
    private const int MostCharacters = 100; // of a word that is looked at
    private const string Published = "MaskUNet.Rewards.Bert.bert-base-uncased.txt.gz";

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<string> pieces = [];
    private readonly int longest;

    private BertVocabulary(IEnumerable<string> lines, string source)
    {
        foreach (var line in lines)
        {
            if (!ids.TryAdd(line, pieces.Count))
            {
                throw new CheckpointException($"{source} lists '{line}' twice: it is no BERT vocabulary, or damaged. Fetch it again.");
            }

            pieces.Add(line);
        }

        foreach (var special in (string[])[Pad, Unknown, Start, End])
        {
            if (!ids.ContainsKey(special))
            {
                throw new CheckpointException($"{source} lacks {special}: it is no BERT vocabulary (a vocab.txt with a piece a line). Fetch it again.");
            }
        }

        longest = pieces.Max(piece => piece.Length);
    }

    /// <summary>The number of pieces.</summary>
    public int Count => pieces.Count;

    /// <summary>Reads a <c>vocab.txt</c>.</summary>
    public static BertVocabulary Load(string path) => new(ReadableFile.Read(path, File.ReadAllLines), path);

    /// <summary>bert-base-uncased's, which this library carries.</summary>
    public static BertVocabulary BertBaseUncased()
    {
        using var stream = typeof(BertVocabulary).Assembly.GetManifestResourceStream(Published)!;
        using var reader = new StreamReader(new GZipStream(stream, CompressionMode.Decompress), Encoding.UTF8);
        return new BertVocabulary(Lines(reader), "bert-base-uncased");
    }

    public int? IdOf(string piece) => ids.TryGetValue(piece, out var id) ? id : null;

    public string? PieceOf(int id) => id >= 0 && id < pieces.Count ? pieces[id] : null;

    /// <summary>Appends a word's pieces, the longest first; the unknown one where they do not make the word up.</summary>
    public void Encode(string word, List<int> result)
    {
        var before = result.Count;
        var rest = word.EnumerateRunes().Count() > MostCharacters ? default : word.AsSpan();
        var known = rest.Length > 0;
        for (var prefix = ""; known && rest.Length > 0; prefix = Continued)
        {
            known = false;
            for (var length = Math.Min(rest.Length, longest); length > 0 && !known; length--)
            {
                if (ids.TryGetValue(string.Concat(prefix, rest[..length]), out var id))
                {
                    known = true;
                    rest = rest[length..];
                    result.Add(id);
                }
            }
        }

        if (!known)
        {
            result.RemoveRange(before, result.Count - before);
            result.Add(ids[Unknown]);
        }
    }

    /// <summary>Pieces as words with blanks between them.</summary>
    public static string Join(IEnumerable<string> pieces) =>
        string.Join(' ', pieces).Replace(" " + Continued, "", StringComparison.Ordinal);

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
