using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>Reads the small JSON files beside a model's weights.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file that holds one object.</summary>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or holds something else.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return JsonText.Parse(ReadableFile.Read(path, File.ReadAllText)) as JsonObject
                ?? throw new CheckpointException($"{path} does not hold a JSON object: fetch it again.");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"{path} is not JSON: {exception.Message} Fetch it again.", exception);
        }
    }

    /// <summary>Reads a file and makes something of its object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes it, and calls the object by the path in messages.</param>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or holds something else; or what <paramref name="parse"/> throws.</exception>
    public static T Read<T>(string path, Func<JsonObject, string, T> parse)
    {
        ArgumentNullException.ThrowIfNull(path);
        return parse(Read(path), path);
    }
}
