using System.IO.Compression;
using System.Text;

namespace MaskUNet.Prompting.Clip;

/// <summary>
/// CLIP's byte-pair tokenizer, id for id as transformers' and open_clip's (see <see cref="ClipTokenization"/>), independent of the culture
/// and of ICU. Immutable, and safe to use from several threads at once.
/// </summary>
public sealed class ClipTokenizer
{
    private const int DefaultMaxLength = 77;
    private const string PublishedMerges = "MaskUNet.Prompting.Clip.merges.txt.gz";

    private readonly ClipVocabulary vocabulary;
    private readonly ClipDialect dialect;
    private readonly IReadOnlyList<(string Text, int Id)> wholeTokens;
    private readonly AddedTokens matcher;
    private readonly Dictionary<int, string> textOfWhole;

    private ClipTokenizer(
        ClipVocabulary vocabulary, ClipTokenization tokenization, IReadOnlyList<(string Text, int Id)> wholeTokens, string? pad, int maxLength)
    {
        this.vocabulary = vocabulary;
        this.wholeTokens = wholeTokens;
        Tokenization = tokenization;
        MaxLength = maxLength;
        dialect = ClipDialect.Of(tokenization);
        matcher = new AddedTokens(wholeTokens.Select(token => (dialect.CleansBeforeAddedTokens ? dialect.Clean(token.Text) : token.Text, token.Id)));
        textOfWhole = wholeTokens.DistinctBy(token => token.Id).ToDictionary(token => token.Id, token => token.Text);
        StartId = vocabulary.Ids[ClipVocabulary.StartOfText];
        EndId = vocabulary.Ids[ClipVocabulary.EndOfText];
        PadId = pad is null ? 0 : IdOf(pad) ?? throw new CheckpointException($"The padding token '{pad}' is not in the vocabulary.");
        Count = Math.Max(vocabulary.Count, wholeTokens.Select(token => token.Id + 1).DefaultIfEmpty().Max());
    }

    /// <summary>Whose reading of the tokenizer this is.</summary>
    public ClipTokenization Tokenization { get; }

    /// <summary>The length of a padded prompt, start and end included: 77 for every published CLIP.</summary>
    public int MaxLength { get; }

    /// <summary>The number of ids: what a table of token embeddings must hold at least.</summary>
    public int Count { get; }

    /// <summary>The id of the token that starts a text, 49406 in the published vocabulary.</summary>
    public int StartId { get; }

    /// <summary>The id of the token that ends a text, 49407 in the published vocabulary.</summary>
    public int EndId { get; }

    /// <summary>The id that fills a prompt up: the end's in Stable Diffusion 1, 0 (<c>!</c>) in Stable Diffusion 2 and open_clip.</summary>
    public int PadId { get; }

    /// <summary>Reads a tokenizer folder as diffusers and transformers write it.</summary>
    /// <param name="folder">
    /// Holds <c>vocab.json</c> and <c>merges.txt</c>, and where they apply <c>special_tokens_map.json</c>, <c>tokenizer_config.json</c> and
    /// <c>added_tokens.json</c>.
    /// </param>
    /// <param name="tokenization">Whose reading to follow.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged; the message names it.</exception>
    public static ClipTokenizer Load(string folder, ClipTokenization tokenization = ClipTokenization.Transformers)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var vocabulary = ClipVocabulary.Load(folder);
        var files = new TokenizerFolder(folder);
        return Create(
            vocabulary,
            tokenization,
            files.Added.Concat(files.FurtherSpecials.Where(vocabulary.Ids.ContainsKey).Select(token => (token, vocabulary.Ids[token]))),
            files.Special("pad_token") ?? ClipVocabulary.EndOfText,
            files.MaxLength ?? DefaultMaxLength);
    }

    /// <summary>Makes a tokenizer of the vocabulary that all published CLIP models share, which this library carries.</summary>
    /// <param name="padToken">The token that fills a prompt up: <c>&lt;|endoftext|&gt;</c> for Stable Diffusion 1, <c>!</c> for 2.</param>
    /// <param name="tokenization">Whose reading to follow.</param>
    public static ClipTokenizer Published(
        string padToken = ClipVocabulary.EndOfText, ClipTokenization tokenization = ClipTokenization.Transformers)
    {
        using var stream = typeof(ClipTokenizer).Assembly.GetManifestResourceStream(PublishedMerges)!;
        using var merges = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
        return FromMerges(merges, padToken, tokenization);
    }

    /// <summary>Makes a tokenizer from a list of merges alone; the rest of CLIP's vocabulary follows from it.</summary>
    /// <param name="merges">The text of <c>merges.txt</c>.</param>
    /// <param name="padToken">The token that fills a prompt up: <c>&lt;|endoftext|&gt;</c> for Stable Diffusion 1, <c>!</c> for 2.</param>
    /// <param name="tokenization">Whose reading to follow.</param>
    /// <exception cref="CheckpointException">The merges are damaged.</exception>
    public static ClipTokenizer FromMerges(
        TextReader merges, string padToken = ClipVocabulary.EndOfText, ClipTokenization tokenization = ClipTokenization.Transformers)
    {
        ArgumentNullException.ThrowIfNull(merges);
        ArgumentNullException.ThrowIfNull(padToken);
        return Create(ClipVocabulary.FromMerges(merges, "the list of merges"), tokenization, [], padToken, DefaultMaxLength);
    }

    /// <summary>This tokenizer with further tokens, which get the next ids; textual inversion needs it. This one stays as it is.</summary>
    /// <param name="tokens">The tokens, matched exactly and also inside words.</param>
    /// <exception cref="InvalidOptionException">A token is empty or already there.</exception>
    public ClipTokenizer With(params IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (!dialect.HasAddedTokens)
        {
            throw new InvalidOptionException("open_clip's tokenizer knows no added tokens: use ClipTokenization.Transformers.");
        }

        foreach (var token in tokens)
        {
            if (string.IsNullOrWhiteSpace(token) || IdOf(token) is not null || tokens.Count(other => other == token) > 1)
            {
                throw new InvalidOptionException($"The token '{token}' is blank or already in the vocabulary: choose another name, such as '<my-thing>'.");
            }
        }

        return new ClipTokenizer(vocabulary, Tokenization, [.. wholeTokens, .. tokens.Select((token, i) => (token, Count + i))], PadToken, MaxLength);
    }

    /// <summary>The id of a token as the vocabulary spells it (<c>cat&lt;/w&gt;</c>) or of an added token, or null.</summary>
    /// <param name="token">The token.</param>
    public int? IdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var whole = wholeTokens.FirstOrDefault(known => known.Text == token);
        return whole.Text is not null ? whole.Id : vocabulary.Ids.TryGetValue(token, out var id) ? id : null;
    }

    /// <summary>The ids of a text with its start and end, neither shortened nor filled up.</summary>
    /// <param name="text">Any text.</param>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [StartId];
        var rest = (dialect.CleansBeforeAddedTokens ? dialect.Clean(text) : text).AsSpan();
        while (matcher.Find(rest) is var (start, length, id))
        {
            EncodePlain(rest[..start], ids);
            ids.Add(id);
            rest = rest[(start + length)..];
        }

        EncodePlain(rest, ids);
        ids.Add(EndId);
        return ids;
    }

    /// <summary>The ids of a text at the model's length: cut so that start and end stay, or filled up on the right.</summary>
    /// <param name="text">Any text.</param>
    public ClipTokens EncodePadded(string text)
    {
        var ids = Encode(text);
        var padded = new long[MaxLength];
        for (var i = 0; i < padded.Length; i++)
        {
            padded[i] = i < ids.Count ? ids[i] : PadId;
        }

        if (ids.Count <= MaxLength)
        {
            return new ClipTokens(padded, "");
        }

        padded[^1] = EndId;
        return new ClipTokens(padded, Decode(ids.Skip(MaxLength - 1).Take(ids.Count - MaxLength)));
    }

    /// <summary>The text of some ids: lower case, a blank after each word.</summary>
    /// <param name="ids">The ids; unknown ones are left out.</param>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (textOfWhole.TryGetValue(id, out var whole))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes($" {whole} "));
            }
            else
            {
                vocabulary.Decode(id, bytes);
            }
        }

        return string.Join(' ', Encoding.UTF8.GetString([.. bytes]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private string PadToken => textOfWhole.TryGetValue(PadId, out var whole) ? whole : vocabulary.Ids.First(entry => entry.Value == PadId).Key;

    private static ClipTokenizer Create(
        ClipVocabulary vocabulary, ClipTokenization tokenization, IEnumerable<(string Text, int Id)> added, string padToken, int maxLength)
    {
        foreach (var marker in (string[])[ClipVocabulary.StartOfText, ClipVocabulary.EndOfText])
        {
            if (!vocabulary.Ids.ContainsKey(marker))
            {
                throw new CheckpointException($"The vocabulary lacks {marker}: it is not CLIP's.");
            }
        }

        if (tokenization == ClipTokenization.OpenClip)
        {
            return new ClipTokenizer(vocabulary, tokenization, [], null, maxLength);
        }

        string[] specials = [ClipVocabulary.StartOfText, ClipVocabulary.EndOfText, padToken];
        return new ClipTokenizer(
            vocabulary,
            tokenization,
            [.. added.Concat(specials.Where(vocabulary.Ids.ContainsKey).Select(token => (token, vocabulary.Ids[token]))).DistinctBy(token => token.Item1)],
            padToken,
            maxLength);
    }

    private void EncodePlain(ReadOnlySpan<char> piece, List<int> ids)
    {
        var rest = dialect.CleansBeforeAddedTokens ? piece : dialect.Clean(piece.ToString()).AsSpan();
        while (!rest.IsEmpty)
        {
            var length = AppendMarker(rest, ids);
            if (length == 0)
            {
                length = WordSplitter.FirstWord(rest);
                if (length > 0)
                {
                    vocabulary.Words.Encode(rest[..length], ids);
                }
            }

            rest = rest[Math.Max(length, 1)..];
        }
    }

    private int AppendMarker(ReadOnlySpan<char> text, List<int> ids)
    {
        if (dialect.MarkerWords is not { } words)
        {
            return 0;
        }

        foreach (var (word, id) in ((string, int)[])[(words.Start, StartId), (words.End, EndId)])
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
            {
                ids.Add(id);
                return word.Length;
            }
        }

        return 0;
    }
}
