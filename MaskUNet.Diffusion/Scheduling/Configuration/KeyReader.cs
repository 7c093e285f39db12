using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Scheduling;

/// <summary>Reads a configuration.</summary>
internal sealed class KeyReader : ISchedulerKeys
{
    private readonly SchedulerConfig config;

    public KeyReader(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
    }

    public bool Flag(string key, bool value) => Read(key, value, "true or false", node => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    });

    public int Integer(string key, int value) =>
        Read(key, value, "a whole number", node => AsNumber(node) is { } number && number == (int)number ? (int)number : null);

    public double Number(string key, double value) => Read(key, value, "a number", AsNumber);

    public double? OptionalNumber(string key, double? value) => config[key] is null ? value : Number(key, 0);

    public IReadOnlyList<double>? Numbers(string key, IReadOnlyList<double>? value)
    {
        if (config[key] is not { } node)
        {
            return value;
        }

        var numbers = node is JsonArray array ? array.Select(item => item is null ? null : AsNumber(item)).ToList() : [null];
        return numbers.Contains(null) ? throw Unknown(key, node, "a list of numbers") : [.. numbers.Select(number => number!.Value)];
    }

    public T Choice<T>(string key, T value, IReadOnlyDictionary<string, T> names)
        where T : struct, Enum =>
        Read(key, value, $"one of {string.Join(", ", names.Keys)}", node =>
            node.GetValueKind() == JsonValueKind.String && names.TryGetValue((string)node!, out var named) ? named : null);

    private static double? AsNumber(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Number => node.GetValue<double>(),
        JsonValueKind.String => PythonJson.NonFinite((string)node!),
        _ => null,
    };

    private static InvalidOptionException Unknown(string key, JsonNode node, string expected) =>
        new($"the scheduler configuration has {key} = {node.ToJsonString()}: give {expected}.");

    // null stands for the default, as in Python.
    private T Read<T>(string key, T absent, string expected, Func<JsonNode, T?> read)
        where T : struct =>
        config[key] is { } node ? read(node) ?? throw Unknown(key, node, expected) : absent;
}
