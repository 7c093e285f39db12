using MaskUNet.Checkpoints;

namespace MaskUNet.Rewards.Blip;

/// <summary>Brings BLIP models of transformers under the original names.</summary>
internal static class BlipLayout
{
    private const string Decoder = "text_decoder.cls.predictions.decoder.";

    /// <summary>A source under the original names; one that has them already, or lists nothing, stays itself.</summary>
    public static IWeightSource Original(IWeightSource source)
    {
        if (source.Entries is not { Count: > 0 } entries)
        {
            return source;
        }

        // The answer's word table is its output layer too, and so are two biases one; files may hold either name, or both.
        var isTied = !entries.ContainsKey(Decoder + "weight");
        var isTransformers = entries.Keys.Any(key => key.StartsWith("vision_model.", StringComparison.Ordinal));
        return isTransformers || isTied ? new RenamedWeights(source, stored => [Map(stored.Name, isTied)]) : source;
    }

    /// <summary>What a tensor of transformers becomes.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="isTied">Whether the file leaves out the names of the output layer.</param>
    public static MappedTensor Map(string name, bool isTied) => new(name.Split('.') switch
    {
        ["vision_model", "embeddings", "class_embedding"] => "visual_encoder.cls_token",
        ["vision_model", "embeddings", "position_embedding"] => "visual_encoder.pos_embed",
        ["vision_model", "embeddings", "patch_embedding", var parameter] => $"visual_encoder.patch_embed.proj.{parameter}",
        ["vision_model", "post_layernorm", var parameter] => $"visual_encoder.norm.{parameter}",
        ["vision_model", "encoder", "layers", var layer, "self_attn", "qkv", var parameter] => $"visual_encoder.blocks.{layer}.attn.qkv.{parameter}",
        ["vision_model", "encoder", "layers", var layer, "self_attn", "projection", var parameter] => $"visual_encoder.blocks.{layer}.attn.proj.{parameter}",
        ["vision_model", "encoder", "layers", var layer, "layer_norm1", var parameter] => $"visual_encoder.blocks.{layer}.norm1.{parameter}",
        ["vision_model", "encoder", "layers", var layer, "layer_norm2", var parameter] => $"visual_encoder.blocks.{layer}.norm2.{parameter}",
        ["vision_model", "encoder", "layers", var layer, "mlp", var linear, var parameter] => $"visual_encoder.blocks.{layer}.mlp.{linear}.{parameter}",
        ["text_decoder", "bert", "embeddings", "word_embeddings", "weight"] when isTied => Decoder + "weight",
        ["text_decoder", "cls", "predictions", "bias"] when isTied => Decoder + "bias",
        _ => name,
    });
}
