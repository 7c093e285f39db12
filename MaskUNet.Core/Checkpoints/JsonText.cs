using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Checkpoints;

/// <summary>Reads JSON that others wrote. What System.Text.Json would find only when a value is used is found at once.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">It is no JSON, has a key twice, or holds half a surrogate pair.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: Options);
            Check(node);
            return node;
        }
        catch (InvalidOperationException e)
        {
            throw NotUnicode(e);
        }
    }

    /// <summary>Reads every key and every text of a node once.</summary>
    /// <exception cref="JsonException">A key is there twice, or a text holds half a surrogate pair.</exception>
    public static void Check(JsonNode? node)
    {
        try
        {
            Walk(node);
        }
        catch (InvalidOperationException e)
        {
            throw NotUnicode(e);
        }
        catch (ArgumentException e)
        {
            throw new JsonException($"it has a key twice ({e.Message})", e);
        }
    }

    private static JsonException NotUnicode(Exception e) => new("it holds a text that is not valid Unicode", e);

    private static void Walk(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                {
                    Walk(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Walk(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
