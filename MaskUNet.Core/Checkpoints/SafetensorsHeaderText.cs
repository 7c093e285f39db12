using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MaskUNet.Checkpoints;

/// <summary>Writes the JSON of a safetensors header, as compact as the reference implementation does.</summary>
internal static class SafetensorsHeaderText
{
    private const int Alignment = 8;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The header of tensors that follow one another in this order, padded so that the first of them is aligned.</summary>
    public static byte[] Write(IReadOnlyList<TensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var entry in entries)
            {
                WriteEntry(json, entry, ref offset);
            }

            json.WriteEndObject();
        }

        while (text.Length % Alignment != 0)
        {
            text.WriteByte((byte)' ');
        }

        return text.Length <= SafetensorsHeader.LargestLength
            ? text.ToArray()
            : throw new InvalidOptionException($"The names and metadata take {text.Length} bytes; safetensors allows {SafetensorsHeader.LargestLength}.");
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(Valid(key), Valid(value));
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorEntry entry, ref long offset)
    {
        if (entry.Name == SafetensorsHeader.MetadataKey)
        {
            throw new InvalidOptionException($"No tensor can be named '{entry.Name}' in a safetensors file.");
        }

        json.WriteStartObject(Valid(entry.Name));
        json.WriteString("dtype", entry.StoredType.Name());
        json.WriteStartArray("shape");
        foreach (var size in entry.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset += entry.Count * (entry.StoredType.Bits() / 8);
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The text, unless it holds half a surrogate pair, which the JSON writer would silently replace.</summary>
    private static string Valid(string text)
    {
        try
        {
            Strict.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidOptionException($"The name or metadata '{text}' is not valid Unicode.", e);
        }
    }
}
