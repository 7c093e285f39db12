using MaskUNet.Prompting;

namespace MaskUNet.Rewards.Bert;

/// <summary>
/// BERT's uncased WordPiece tokenizer with BLIP's two further tokens, id for id as transformers' <c>BertTokenizer</c>, independent of the
/// culture and of ICU. Immutable, and safe to use from several threads at once.
/// </summary>
public sealed class BertTokenizer
{
    /// <summary>The name of the file that holds a vocabulary, a piece a line.</summary>
    public const string FileName = "vocab.txt";

    private const string Decode = "[DEC]", Encoding = "[ENC]", Mask = "[MASK]";

    private static readonly Lazy<BertTokenizer> Published = new(() => new BertTokenizer(BertVocabulary.BertBaseUncased()));

    private readonly BertVocabulary vocabulary;
    private readonly AddedTokens specials;

    private BertTokenizer(BertVocabulary vocabulary)
    {
        this.vocabulary = vocabulary;
        (string Text, int Id)[] further = [(Decode, vocabulary.IdOf(Decode) ?? vocabulary.Count), (Encoding, vocabulary.IdOf(Encoding) ?? (vocabulary.Count + 1))];
        string[] own = [BertVocabulary.Pad, BertVocabulary.Unknown, BertVocabulary.Start, BertVocabulary.End, Mask];
        specials = new AddedTokens(own.Where(token => vocabulary.IdOf(token) is not null).Select(token => (token, vocabulary.IdOf(token)!.Value)).Concat(further));
        (DecodeId, EncodeId) = (further[0].Id, further[1].Id);
        Count = Math.Max(vocabulary.Count, EncodeId + 1);
        (StartId, EndId, PadId) = (Id(BertVocabulary.Start), Id(BertVocabulary.End), Id(BertVocabulary.Pad));

        int Id(string token) => vocabulary.IdOf(token)!.Value;
    }

    /// <summary>bert-base-uncased's tokenizer, which ImageReward and BLIP use; this library carries its vocabulary.</summary>
    public static BertTokenizer BertBaseUncased => Published.Value;

    /// <summary>The number of ids: what a table of token embeddings must hold at least.</summary>
    public int Count { get; }

    /// <summary>The id of <c>[CLS]</c>, which starts a text; 101 in the published vocabulary.</summary>
    public int StartId { get; }

    /// <summary>The id of <c>[SEP]</c>, which ends a text; 102 in the published vocabulary.</summary>
    public int EndId { get; }

    /// <summary>The id of <c>[PAD]</c>, which fills a text up; 0 in the published vocabulary.</summary>
    public int PadId { get; }

    /// <summary>The id of <c>[DEC]</c>, with which BLIP starts an answer; 30522 with the published vocabulary.</summary>
    public int DecodeId { get; }

    /// <summary>The id of <c>[ENC]</c>, with which BLIP starts a question; 30523 with the published vocabulary.</summary>
    public int EncodeId { get; }

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">A <c>vocab.txt</c>, or a folder that holds one.</param>
    /// <exception cref="CheckpointException">It is missing, or no BERT vocabulary.</exception>
    public static BertTokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new BertTokenizer(BertVocabulary.Load(Directory.Exists(path) ? Path.Combine(path, FileName) : path));
    }

    /// <summary>The id of a piece of the vocabulary (<c>cat</c>, <c>##s</c>), or null.</summary>
    /// <param name="piece">The piece.</param>
    public int? IdOf(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        return vocabulary.IdOf(piece);
    }

    /// <summary>The ids of a text with its start and end, neither shortened nor filled up.</summary>
    /// <param name="text">Any text.</param>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [StartId];
        var rest = text.AsSpan();
        while (specials.Find(rest) is var (start, length, id))
        {
            EncodePlain(rest[..start], ids);
            ids.Add(id);
            rest = rest[(start + length)..];
        }

        EncodePlain(rest, ids);
        ids.Add(EndId);
        return ids;
    }

    /// <summary>The ids of a text at a given length: cut so that start and end stay, or filled up on the right.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">At least 2; ImageReward and BLIP take 35.</param>
    /// <exception cref="InvalidOptionException">The length has no room for start and end.</exception>
    public BertTokens EncodePadded(string text, int length)
    {
        if (length < 2)
        {
            throw new InvalidOptionException($"A text of {length} tokens has no room for its start and end; give a length of at least 2.");
        }

        var ids = Encode(text);
        var padded = new long[length];
        for (var i = 0; i < length; i++)
        {
            padded[i] = i < ids.Count ? ids[i] : PadId;
        }

        if (ids.Count <= length)
        {
            return new BertTokens(padded, ids.Count, "");
        }

        padded[^1] = EndId;
        var dropped = ids.Skip(length - 1).SkipLast(1).Select(id => vocabulary.PieceOf(id)).OfType<string>();
        return new BertTokens(padded, length, BertVocabulary.Join(dropped));
    }

    private void EncodePlain(ReadOnlySpan<char> text, List<int> ids)
    {
        foreach (var word in BertWords.Split(text.ToString()))
        {
            vocabulary.Encode(word, ids);
        }
    }
}
