using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskUNet.Masking;

/// <summary>Strategies from what <see cref="MaskStrategy.Describe"/> said of them.</summary>
internal static class MaskDescriptions
{
    public const string Kind = "kind";
    public const string None = "none";
    public const string Random = "random";
    public const string Learned = "learned";
    public const string File = "file";

    /// <summary>The strategy; null where it cannot be made from its description alone, or there is none.</summary>
    public static MaskStrategy? Restore(JsonObject? description) => Text(description?[Kind]) switch
    {
        None => MaskStrategy.None,
        Random => RandomMasks.Restore(description!),
        Learned when Text(description![File]) is not null => new DescribedMasks(description),
        _ => null,
    };

    public static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? (string?)node : null;
}
