namespace MaskUNet.Checkpoints;

/// <summary>The attention layers of an autoencoder have had three sets of names, and were 1x1 convolutions once.</summary>
internal static class VaeAttentionNames
{
    private const string Attention = ".mid_block.attentions.0.";

    /// <summary>What a tensor of a diffusers autoencoder of any age becomes.</summary>
    public static IEnumerable<MappedTensor> Map(TensorEntry stored)
    {
        var at = stored.Name.IndexOf(Attention, StringComparison.Ordinal);
        if (at < 0 || stored.Name[(at + Attention.Length)..].Split('.') is not [var layer, var parameter])
        {
            return [new(stored.Name)];
        }

        return [new($"{stored.Name[..at]}{Attention}{Rename(layer)}.{parameter}", Transform(stored))];
    }

    /// <summary>The name that a layer has in LDM or in old diffusers files, as diffusers names it now.</summary>
    public static string Rename(string layer) => layer switch
    {
        "norm" => "group_norm",
        "q" or "query" => "to_q",
        "k" or "key" => "to_k",
        "v" or "value" => "to_v",
        "proj_out" or "proj_attn" => "to_out.0",
        _ => layer,
    };

    /// <summary>What is done to the values: attention layers that are 1x1 convolutions become linear ones.</summary>
    public static TensorTransform Transform(TensorEntry stored) =>
        stored.Shape is [_, _, 1, 1] && (stored.Name.Contains(".mid.attn_1.", StringComparison.Ordinal) || stored.Name.Contains(Attention, StringComparison.Ordinal))
            ? TensorTransform.Squeeze1x1
            : TensorTransform.Copy;
}
