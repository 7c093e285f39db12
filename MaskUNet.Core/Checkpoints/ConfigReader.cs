using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>Reads the values of a model's config.json, where an absent key means the reference implementation's default.</summary>
/// <param name="json">The file's content.</param>
/// <param name="source">What messages call it.</param>
internal sealed class ConfigReader(JsonObject json, string source)
{
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

    /// <summary>Refuses features that this library does not have.</summary>
    public void RequireOff(params string[] keys)
    {
        foreach (var key in keys)
        {
            if (json[key] is JsonValue value && value.GetValueKind() != JsonValueKind.False)
            {
                throw new CheckpointException($"{source}: {key} is {value.ToJsonString()}; this library does not have that feature.");
            }
        }
    }

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
