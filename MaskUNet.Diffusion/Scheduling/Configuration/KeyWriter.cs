using System.Text.Json.Nodes;

namespace MaskUNet.Scheduling;

/// <summary>Writes a configuration, with all that diffusers writes down: defaults, and null for what is not set.</summary>
internal sealed class KeyWriter : ISchedulerKeys
{
    private readonly JsonObject values = [];

    /// <summary>What was written; for nobody who writes on.</summary>
    public SchedulerConfig Config => new(values);

    public bool Flag(string key, bool value) => Write(key, value, value);

    public int Integer(string key, int value) => Write(key, value, Node(value));

    public double Number(string key, double value) => Write(key, value, Node(value));

    public double? OptionalNumber(string key, double? value) => Write(key, value, value is { } number ? Node(number) : null);

    public IReadOnlyList<double>? Numbers(string key, IReadOnlyList<double>? value) =>
        Write(key, value, value is null ? null : new JsonArray([.. value.Select(Node)]));

    public T Choice<T>(string key, T value, IReadOnlyDictionary<string, T> names)
        where T : struct, Enum =>
        Write(key, value, names.First(name => name.Value.Equals(value)).Key);

    // All numbers as double, which is what a reader asks for; those that JSON lacks as Python calls them.
    private static JsonNode Node(double value) => double.IsFinite(value) ? value : PythonJson.Name(value);

    private T Write<T>(string key, T value, JsonNode? node)
    {
        values[key] = node;
        return value;
    }
}
