using System.Globalization;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Prompting.Clip;

/// <summary>The small files beside a vocabulary: which tokens are special, which were added, how long a prompt may be.</summary>
internal sealed class TokenizerFolder
{
    // A mistyped id must not ask for a table of its size.
    private const int MaxAddedId = 1 << 24;

    private readonly string folder;
    private readonly JsonObject specials;
    private readonly JsonObject config;
    private readonly JsonObject added;

    public TokenizerFolder(string folder)
    {
        this.folder = folder;
        specials = Read(folder, "special_tokens_map.json");
        config = Read(folder, "tokenizer_config.json");
        added = Read(folder, "added_tokens.json");
    }

    /// <summary>The longest prompt in tokens, or null where the files do not say; the reference writes 1e30 for "no limit".</summary>
    public int? MaxLength => config["model_max_length"] is JsonValue value && value.TryGetValue<double>(out var length) && length is >= 2 and <= 1e6
        ? (int)length
        : null;

    /// <summary>A special token such as <c>pad_token</c>, or null.</summary>
    public string? Special(string role) => Content(specials[role]) ?? Content(config[role]);

    /// <summary>Further tokens that are never split, without ids of their own here.</summary>
    public IEnumerable<string> FurtherSpecials =>
        (specials["additional_special_tokens"] as JsonArray ?? config["additional_special_tokens"] as JsonArray ?? []).Select(Content).OfType<string>();

    /// <summary>Tokens with ids that are matched whole.</summary>
    public IEnumerable<(string Token, int Id)> Added => added.Select(entry => Whole(entry.Key, entry.Value?.ToString()))
        .Concat((config["added_tokens_decoder"] as JsonObject ?? []).Select(entry => Whole(Content(entry.Value), entry.Key)));

    /// <summary>The path of a file that must be there.</summary>
    public static string Require(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path)
            ? path
            : throw new CheckpointException($"The tokenizer file {path} does not exist: a CLIP tokenizer folder holds vocab.json and merges.txt.");
    }

    private (string Token, int Id) Whole(string? token, string? id) =>
        !string.IsNullOrEmpty(token) && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MaxAddedId
            ? (token, number)
            : throw new CheckpointException($"The tokenizer in {folder} lists the added token '{token}' with the id '{id}': a text and a number are needed.");

    private static string? Content(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonObject token => Content(token["content"]),
        _ => null,
    };

    private static JsonObject Read(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? JsonFile.Read(path) : [];
    }
}
