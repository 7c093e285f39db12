using System.Text.Json;

namespace MaskUNet.Checkpoints;

/// <summary>The <c>weight_map</c> of a sharded checkpoint's index: the file of each tensor.</summary>
internal static class ShardIndex
{
    private const string MapKey = "weight_map";
    private const long LargestLength = 100_000_000;

    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        using var file = CheckpointBytes.Open(path);
        if (file.Length > LargestLength)
        {
            throw file.Error($"it is {file.Length} bytes long, too large for an index of shards");
        }

        var text = file.Start((int)file.Length);
        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(file, json.RootElement);
        }
        catch (JsonException e)
        {
            var start = text.AsSpan(0, Math.Min(text.Length, ForeignFile.Needed));
            var foreign = start.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? null : ForeignFile.Describe(start);
            throw file.Error($"it is not an index of shards: {foreign ?? e.Message.TrimEnd('.')}", e);
        }
        catch (InvalidOperationException e)
        {
            // What System.Text.Json throws for texts that are not valid Unicode.
            throw file.Error("it holds a text that is not valid Unicode", e);
        }
    }

    private static Dictionary<string, string> Read(CheckpointBytes file, JsonElement root)
    {
        var maps = root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().Where(member => member.NameEquals(MapKey)).ToList() : [];
        if (maps is not [{ Value: { ValueKind: JsonValueKind.Object } map }])
        {
            throw file.Error($"an index of shards needs one '{MapKey}', an object of tensor names and file names");
        }

        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in map.EnumerateObject())
        {
            var shard = item.Value.ValueKind == JsonValueKind.String
                ? Safe(file, item.Name, item.Value.GetString()!)
                : throw file.Error($"the file of '{item.Name}' in the '{MapKey}' is not a text");
            if (!shards.TryAdd(item.Name, shard))
            {
                throw file.Error($"its '{MapKey}' has the duplicate key '{item.Name}'");
            }
        }

        return shards.Count > 0 ? shards : throw file.Error($"its '{MapKey}' is empty: it lists no tensors");
    }

    /// <summary>A plain file name, on every system: nothing else can be sure to stay in the folder.</summary>
    private static string Safe(CheckpointBytes file, string tensor, string shard) =>
        shard.Trim() is not ("" or "." or "..") && shard.IndexOfAny(['/', '\\', ':', '\0']) < 0
            ? shard
            : throw file.Error($"the file of '{tensor}' is given as '{shard}', but shards are plain file names in the folder of their index");
}
