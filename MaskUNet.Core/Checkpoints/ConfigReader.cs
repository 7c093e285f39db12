using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>Reads the values of a model's config.json, where an absent key means the reference implementation's default.</summary>
internal sealed class ConfigReader
{
    private readonly JsonObject json;
    private readonly string source;

    /// <summary>Prepares to read.</summary>
    /// <param name="json">The file's content.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="CheckpointException">A key is there twice, or a text is not valid Unicode.</exception>
    public ConfigReader(JsonObject json, string source)
    {
        (this.json, this.source) = (json, source);
        try
        {
            JsonText.Check(json);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{source} cannot be read: {e.Message}", e);
        }
    }

    public int Integer(string key, int fallback) => Value(key, fallback, node => node.GetValue<int>());

    public double Number(string key, double fallback) => Value(key, fallback, node => node.GetValue<double>());

    public bool Flag(string key, bool fallback) => Value(key, fallback, node => node.GetValue<bool>());

    public string Text(string key, string fallback) => Value(key, fallback, node => node.GetValue<string>());

    /// <summary>A list, or a single value for all.</summary>
    public IReadOnlyList<int> Integers(string key, IReadOnlyList<int> fallback) => Value(
        key, fallback, node => node is JsonArray list ? [.. list.Select(item => item!.GetValue<int>())] : [node.GetValue<int>()]);

    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback) => Value(
        key, fallback, node => (IReadOnlyList<string>)[.. node.AsArray().Select(item => item!.GetValue<string>())]);

    /// <summary>Refuses a value other than those named; the first is the default.</summary>
    public void Require(string key, params string[] allowed)
    {
        var value = Text(key, allowed[0]);
        if (!allowed.Contains(value, StringComparer.Ordinal))
        {
            throw new CheckpointException($"{source}: {key} is '{value}'; this library has {string.Join(" and ", allowed.Select(a => $"'{a}'"))} only.");
        }
    }

    /// <summary>Refuses a number, or a list with a number, other than the only one that this library has, which is the default.</summary>
    public void RequireNumber(string key, double only)
    {
        var values = Value<IReadOnlyList<double>>(
            key, [], node => node is JsonArray list ? [.. list.Select(item => item!.GetValue<double>())] : [node.GetValue<double>()]);
        if (values.Any(value => value != only))
        {
            throw new CheckpointException(FormattableString.Invariant($"{source}: {key} is {json[key]!.ToJsonString()}; this library has {only} only."));
        }
    }

    /// <summary>Refuses features that this library does not have.</summary>
    public void RequireOff(params string[] keys)
    {
        foreach (var key in keys)
        {
            if (!IsOff(json[key]))
            {
                throw new CheckpointException($"{source}: {key} is {json[key]!.ToJsonString()}; this library does not have that feature.");
            }
        }
    }

    private static bool IsOff(JsonNode? node) =>
        node is null || node.GetValueKind() == JsonValueKind.False || (node is JsonArray list && list.All(IsOff));

    private T Value<T>(string key, T fallback, Func<JsonNode, T> read)
    {
        if (json[key] is not { } node)
        {
            return fallback;
        }

        try
        {
            return read(node);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException or JsonException)
        {
            throw new CheckpointException($"{source}: {key} is {node.ToJsonString()}, which is not {Kind<T>()}.", e);
        }
    }

    private static string Kind<T>() => typeof(T) switch
    {
        var type when type == typeof(int) => "an integer",
        var type when type == typeof(double) => "a number",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(string) => "a text",
        _ => "a list of the right kind",
    };
}
