using System.Text.Json;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Scheduling;

/// <summary>
/// A diffusers scheduler configuration: the content of a <c>scheduler_config.json</c>. It may configure any scheduler: keys that are
/// present carry over, absent ones take the new scheduler's defaults, and keys that it does not know are ignored (diffusers'
/// <c>from_config</c>). Immutable.
/// </summary>
public sealed class SchedulerConfig
{
    /// <summary>The name of the file in a diffusers model folder's <c>scheduler</c> folder.</summary>
    public const string FileName = "scheduler_config.json";

    private const string ClassNameKey = "_class_name";

    private readonly JsonObject values;

    /// <summary>Takes over values, which nobody changes any more.</summary>
    internal SchedulerConfig(JsonObject values) => this.values = values;

    /// <summary>A configuration without any key: every default is the scheduler's.</summary>
    public static SchedulerConfig Empty { get; } = new([]);

    /// <summary>The diffusers class that the file names, such as <c>PNDMScheduler</c>; null where it names none.</summary>
    public string? ClassName => Text(ClassNameKey);

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>scheduler_config.json</c>, or the folder it lies in.</param>
    /// <exception cref="CheckpointException">There is no such file, or it is no JSON object.</exception>
    public static SchedulerConfig Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        try
        {
            return Parse(ReadableFile.Read(file, File.ReadAllText));
        }
        catch (InvalidOptionException e)
        {
            throw new CheckpointException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>Reads JSON text. The infinities that Python writes without quotes are understood.</summary>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="InvalidOptionException">The text is no JSON object.</exception>
    public static SchedulerConfig Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonText.Parse(PythonJson.QuoteNonFinite(json)) is JsonObject values
                ? new SchedulerConfig(values)
                : throw new InvalidOptionException(
                    "the scheduler configuration is no JSON object: give the content of a scheduler_config.json.");
        }
        catch (JsonException e)
        {
            throw new InvalidOptionException(
                $"the scheduler configuration is no JSON ({e.Message}): give the content of a scheduler_config.json.", e);
        }
    }

    /// <summary>A configuration in which other values stand before these.</summary>
    /// <param name="overrides">The keys to replace or add.</param>
    public SchedulerConfig With(SchedulerConfig overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        var merged = values.DeepClone().AsObject();
        foreach (var (key, value) in overrides.values)
        {
            merged[key] = value?.DeepClone();
        }

        return new SchedulerConfig(merged);
    }

    /// <summary>The configuration as JSON, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => values.ToJsonString();

    internal SchedulerConfig WithClassName(string name)
    {
        var named = values.DeepClone().AsObject();
        named[ClassNameKey] = name;
        return new SchedulerConfig(named);
    }

    /// <summary>A key's value; null where it is absent or null.</summary>
    internal JsonNode? this[string key] => values[key];

    internal string? Text(string key) => values[key] is { } node && node.GetValueKind() == JsonValueKind.String ? (string?)node : null;
}
