using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>Reads the small JSON files beside a model's weights.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a file that holds one object.</summary>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or holds something else.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            var node = JsonNode.Parse(File.ReadAllText(path), documentOptions: Options) as JsonObject;
            // Reading a key finds duplicates, which would otherwise surface far from here.
            _ = node?.ContainsKey("");
            return node ?? throw new CheckpointException($"{path} does not hold a JSON object: fetch it again.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new CheckpointException($"{path} is not JSON: {exception.Message} Fetch it again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
