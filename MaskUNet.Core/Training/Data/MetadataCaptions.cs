using System.Text.Json;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;

namespace MaskUNet.Training;

/// <summary>Reads <c>metadata.jsonl</c>: one JSON object a line, with the picture's <c>file_name</c> and its caption, as Hugging Face's imagefolder has it.</summary>
internal static class MetadataCaptions
{
    public const string FileName = "metadata.jsonl";
    private const string PictureKey = "file_name";

    /// <summary>Reads the captions.</summary>
    /// <param name="folder">The folder of metadata.jsonl.</param>
    /// <param name="captionKey">The key of the caption.</param>
    /// <returns>Captions by the picture's path below the folder, with '/'.</returns>
    /// <exception cref="DatasetException">The file cannot be read, or a line is no such object, leaves the folder or names a picture again.</exception>
    public static Dictionary<string, string> Read(string folder, string captionKey)
    {
        var path = Path.Combine(folder, FileName);
        var captions = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in DatasetFile.Read(path, file => File.ReadAllLines(file, DatasetFile.StrictUtf8)))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                Add(captions, line, folder, captionKey, $"{path}, line {number}");
            }
        }

        return captions;
    }

    private static void Add(Dictionary<string, string> captions, string line, string folder, string captionKey, string place)
    {
        var members = Parse(line, place);
        var (name, caption) = (Text(members, PictureKey, place), Text(members, captionKey, place));
        var picture = name.Contains('\0', StringComparison.Ordinal) ? ".." : FolderFiles.Below(folder, Path.Combine(folder, name));
        if (Path.IsPathRooted(name) || picture.Split('/')[0] is ".." or ".")
        {
            throw new DatasetException($"{place}: {PictureKey} '{name}' is no picture below the folder; name it by its path from there.");
        }

        if (!captions.TryAdd(picture, caption))
        {
            throw new DatasetException($"{place}: the picture '{name}' has a caption already; keep one of the two lines.");
        }
    }

    private static JsonObject Parse(string line, string place)
    {
        try
        {
            return JsonText.Parse(line) as JsonObject
                ?? throw new DatasetException($"{place} is no JSON object; each line is one, with {PictureKey} and a caption.");
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{place} is not JSON: {e.Message} Each line is an object of its own.", e);
        }
    }

    private static string Text(JsonObject members, string key, string place) =>
        members[key] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new DatasetException($"{place} has no text under '{key}'; it has {string.Join(", ", members.Select(member => $"'{member.Key}'"))}.");
}
