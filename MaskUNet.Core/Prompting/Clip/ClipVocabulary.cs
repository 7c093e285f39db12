using System.Text;
using System.Text.Json;
using MaskUNet.Checkpoints;

namespace MaskUNet.Prompting.Clip;

/// <summary>The tokens of a CLIP model, their ids and how words are put together from them.</summary>
internal sealed class ClipVocabulary
{
    public const string StartOfText = "<|startoftext|>";
    public const string EndOfText = "<|endoftext|>";

    private static readonly Dictionary<char, byte> BytesOfCharacters =
        ByteAlphabet.Characters.Select((character, value) => (character, (byte)value)).ToDictionary(pair => pair.character, pair => pair.Item2);

    private readonly string?[] tokens;

    private ClipVocabulary(IReadOnlyDictionary<string, int> ids, IReadOnlyList<string> merges, string source)
    {
        Ids = ids;
        Words = new BytePairEncoder(ids, merges, source);
        tokens = new string?[ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }
    }

    public IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>One more than the highest id.</summary>
    public int Count => tokens.Length;

    public BytePairEncoder Words { get; }

    /// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    public static ClipVocabulary Load(string folder)
    {
        var merges = MergeLines(ReadableFile.Read(TokenizerFolder.Require(folder, "merges.txt"), File.ReadAllLines));
        var path = TokenizerFolder.Require(folder, "vocab.json");
        try
        {
            var ids = JsonSerializer.Deserialize<Dictionary<string, int>>(ReadableFile.Read(path, File.ReadAllBytes));
            if (ids is not { Count: > 0 } || ids.Values.Any(id => id < 0 || id > 16 * ids.Count))
            {
                throw new CheckpointException($"{path} is no vocabulary: it must map tokens to ids from 0 on. Fetch it again.");
            }

            return new ClipVocabulary(ids, merges, folder);
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"{path} is not a JSON object of tokens and ids: {exception.Message} Fetch it again.", exception);
        }
    }

    /// <summary>Derives the vocabulary from its merges: bytes, bytes that end a word, merged pairs, and the two special tokens.</summary>
    public static ClipVocabulary FromMerges(TextReader reader, string source)
    {
        var merges = MergeLines(Lines(reader));
        var ids = new Dictionary<string, int>(merges.Count + 514);
        var characters = ByteAlphabet.InOrderOfIds.Select(value => ByteAlphabet.Characters[value].ToString()).ToList();
        foreach (var token in characters
            .Concat(characters.Select(character => character + BytePairEncoder.WordEnd))
            .Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)))
            .Append(StartOfText)
            .Append(EndOfText))
        {
            if (!ids.TryAdd(token, ids.Count))
            {
                throw new CheckpointException($"The merges of {source} make the token '{token}' twice: use the model's own merges.");
            }
        }

        return new ClipVocabulary(ids, merges, source);
    }

    /// <summary>Appends the bytes that a token stands for, a blank for a word's end.</summary>
    public void Decode(int id, List<byte> bytes)
    {
        var token = id >= 0 && id < tokens.Length ? tokens[id] : null;
        var word = token?.EndsWith(BytePairEncoder.WordEnd, StringComparison.Ordinal) == true ? token[..^BytePairEncoder.WordEnd.Length] : token ?? "";
        foreach (var character in word)
        {
            if (BytesOfCharacters.TryGetValue(character, out var value))
            {
                bytes.Add(value);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([character]));
            }
        }

        if (word.Length != token?.Length)
        {
            bytes.Add((byte)' ');
        }
    }

    private static List<string> MergeLines(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))];

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
