using System.Text.Json;

namespace MaskUNet.Checkpoints;

/// <summary>Reads the JSON of a safetensors header, strictly: no duplicate keys, no fractions, no other types.</summary>
internal ref struct SafetensorsHeaderParser
{
    private readonly CheckpointBytes file;
    private Utf8JsonReader json;

    private SafetensorsHeaderParser(CheckpointBytes file, ReadOnlySpan<byte> text)
    {
        this.file = file;
        json = new(text);
    }

    public static (IReadOnlyList<StoredRange> Tensors, IReadOnlyDictionary<string, string> Metadata) Parse(CheckpointBytes file, byte[] text)
    {
        try
        {
            return new SafetensorsHeaderParser(file, text).ParseHeader();
        }
        catch (JsonException e)
        {
            throw file.Error($"its header is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
        catch (InvalidOperationException e)
        {
            // What Utf8JsonReader throws for a name with half a surrogate pair.
            throw file.Error("its header holds a text that is not valid Unicode", e);
        }
    }

    private (IReadOnlyList<StoredRange> Tensors, IReadOnlyDictionary<string, string> Metadata) ParseHeader()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<StoredRange>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        json.Read();
        Expect(JsonTokenType.StartObject, "the header");
        while (NextKey(names, "the header") is { } name)
        {
            if (name == SafetensorsHeader.MetadataKey)
            {
                ParseMetadata(metadata);
            }
            else
            {
                tensors.Add(ParseTensor(name));
            }
        }

        json.Read(); // only white space may follow
        return (tensors, metadata);
    }

    private void ParseMetadata(Dictionary<string, string> metadata)
    {
        const string What = $"'{SafetensorsHeader.MetadataKey}'";
        Expect(JsonTokenType.StartObject, What);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (NextKey(keys, What) is { } key)
        {
            Expect(JsonTokenType.String, $"{What}, key '{key}',");
            metadata[key] = json.GetString()!;
        }
    }

    private StoredRange ParseTensor(string name)
    {
        var what = $"the entry of '{name}'";
        Expect(JsonTokenType.StartObject, what);
        var fields = new HashSet<string>(StringComparer.Ordinal);
        StoredType? type = null;
        List<ulong>? shape = null, offsets = null;
        while (NextKey(fields, what) is { } field)
        {
            switch (field)
            {
                case "dtype":
                    type = ParseType(what);
                    break;
                case "shape":
                    shape = ParseNumbers($"the shape in {what}");
                    break;
                case "data_offsets":
                    offsets = ParseNumbers($"data_offsets in {what}");
                    break;
                default:
                    json.Skip(); // as the reference reader does
                    break;
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw file.Error($"{what} needs a dtype, a shape and two data_offsets");
        }

        return shape.TrueForAll(size => size <= long.MaxValue)
            ? new(new TensorEntry(name, type.Value, [.. shape.Select(size => (long)size)]), begin, end)
            : throw file.Error($"the shape of '{name}', [{string.Join(", ", shape)}], overflows 63 bits");
    }

    private StoredType ParseType(string what)
    {
        Expect(JsonTokenType.String, $"dtype in {what}");
        var name = json.GetString()!;
        return StoredTypes.TryParse(name, out var type) ? type : throw file.Error($"{what} has the unknown dtype '{name}'");
    }

    private List<ulong> ParseNumbers(string what)
    {
        Expect(JsonTokenType.StartArray, what);
        var numbers = new List<ulong>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out var number)
                ? number
                : throw file.Error($"{what} may hold only non-negative whole numbers of 64 bits"));
        }

        return numbers;
    }

    /// <summary>Moves on to the next value of an object and gives its key, or null at the object's end.</summary>
    private string? NextKey(HashSet<string> seen, string what)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        var key = json.GetString()!;
        if (!seen.Add(key))
        {
            throw file.Error($"{what} has the duplicate key '{key}'");
        }

        json.Read();
        return key;
    }

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (json.TokenType != type)
        {
            throw file.Error($"{what} should be a JSON {type}, not a {json.TokenType}");
        }
    }
}
