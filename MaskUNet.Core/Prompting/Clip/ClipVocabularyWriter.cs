using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MaskUNet.Runtime;

namespace MaskUNet.Prompting.Clip;

/// <summary>
/// Makes the tokenizer folder of a small language: byte pairs merged (Sennrich et al., arXiv 1508.07909) until each of its words is one token;
/// other words fall into pieces, down to single bytes. In the files of transformers' <c>CLIPTokenizer</c>.
/// </summary>
public static class ClipVocabularyWriter
{
    private const string WordEnd = "</w>";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the folder, which <see cref="ClipTokenizer.Load"/> reads.</summary>
    /// <param name="folder">It is made if it is missing; files of the same names are replaced.</param>
    /// <param name="words">The words, of small ASCII letters.</param>
    /// <param name="maxLength">Tokens of a prompt, its two ends included; at least 3.</param>
    /// <exception cref="InvalidOptionException">There is no word, one has other characters, or the length is below 3.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyCollection<string> words, int maxLength)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(words);
        Check(words, maxLength);
        var merges = Merges(words);
        string[] letters = [.. ByteAlphabet.InOrderOfIds.Select(value => ByteAlphabet.Characters[value].ToString())];
        string[] tokens =
        [
            .. letters, .. letters.Select(letter => letter + WordEnd), .. merges.Select(pair => pair.Left + pair.Right),
            ClipVocabulary.StartOfText, ClipVocabulary.EndOfText,
        ];
        var ids = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        try
        {
            Directory.CreateDirectory(folder);
            Save("vocab.json", ids.ToJsonString(Indented));
            Save("merges.txt", string.Concat(["#version: 0.2\n", .. merges.Select(pair => $"{pair.Left} {pair.Right}\n")]));
            Save("special_tokens_map.json", Specials().ToJsonString(Indented));
            var config = Specials();
            config["tokenizer_class"] = "CLIPTokenizer";
            config["model_max_length"] = maxLength;
            config["do_lower_case"] = true;
            config["errors"] = "replace";
            Save("tokenizer_config.json", config.ToJsonString(Indented));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The tokenizer folder '{folder}' cannot be written: {e.Message}", e);
        }

        void Save(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), text, (file, content) => file.Write(Encoding.UTF8.GetBytes(content)));
    }

    private static void Check(IReadOnlyCollection<string> words, int maxLength)
    {
        if (words.Count == 0)
        {
            throw new InvalidOptionException("A vocabulary needs at least one word.");
        }

        if (words.FirstOrDefault(word => word.Length == 0 || !word.All(char.IsAsciiLetterLower)) is { } wrong)
        {
            throw new InvalidOptionException($"The word '{wrong}' cannot be taken: words are of small ASCII letters.");
        }

        if (maxLength < 3)
        {
            throw new InvalidOptionException($"Prompts of {maxLength} tokens hold no word: give at least 3, for a word and two ends.");
        }
    }

    /// <summary>The merges in their order: each time the most frequent pair, of equal ones the first in ordinal order.</summary>
    private static List<(string Left, string Right)> Merges(IEnumerable<string> words)
    {
        var pieces = words.Distinct().Select(word => word.Select((letter, i) => i == word.Length - 1 ? letter + WordEnd : letter.ToString()).ToList()).ToList();
        var merges = new List<(string Left, string Right)>();
        while (pieces.Any(word => word.Count > 1))
        {
            var best = pieces.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First, StringComparer.Ordinal).ThenBy(group => group.Key.Second, StringComparer.Ordinal)
                .First().Key;
            merges.Add((best.First, best.Second));
            pieces.ForEach(word => Merge(word, best));
        }

        return merges;
    }

    private static void Merge(List<string> word, (string Left, string Right) pair)
    {
        for (var i = 0; i < word.Count - 1; i++)
        {
            if (word[i] == pair.Left && word[i + 1] == pair.Right)
            {
                word[i] += pair.Right;
                word.RemoveAt(i + 1);
            }
        }
    }

    private static JsonObject Specials() => new()
    {
        ["bos_token"] = ClipVocabulary.StartOfText,
        ["eos_token"] = ClipVocabulary.EndOfText,
        ["pad_token"] = ClipVocabulary.EndOfText,
        ["unk_token"] = ClipVocabulary.EndOfText,
    };
}
