using MaskUNet.Checkpoints;

namespace MaskUNet.Prompting.Clip;

/// <summary>open_clip's and OpenAI's names of a CLIP transformer, as transformers' <c>CLIPTextModel</c> names them.</summary>
internal static class OpenClipNames
{
    /// <summary>What a tensor of the text tower becomes; other tensors keep their names.</summary>
    /// <param name="name">The key without the prefix of its file.</param>
    /// <param name="shape">Its shape.</param>
    public static IEnumerable<MappedTensor> Text(string name, IReadOnlyList<long> shape) => name.Split('.') switch
    {
        ["token_embedding", "weight"] => [new("text_model.embeddings.token_embedding.weight")],
        ["positional_embedding"] => [new("text_model.embeddings.position_embedding.weight")],
        ["ln_final", var parameter] => [new($"text_model.final_layer_norm.{parameter}")],
        ["text_projection"] => [new("text_projection.weight", TensorTransform.Transpose)],
        ["transformer", "resblocks", var layer, .. var rest] => Block($"text_model.encoder.layers.{layer}", rest, shape),
        _ => [new(name)],
    };

    /// <summary>What a tensor of one transformer layer becomes.</summary>
    /// <param name="layer">The layer's name in transformers.</param>
    /// <param name="parts">The key within the layer.</param>
    /// <param name="shape">Its shape.</param>
    public static IEnumerable<MappedTensor> Block(string layer, string[] parts, IReadOnlyList<long> shape) => parts switch
    {
        ["ln_1", var parameter] => [new($"{layer}.layer_norm1.{parameter}")],
        ["ln_2", var parameter] => [new($"{layer}.layer_norm2.{parameter}")],
        ["mlp", "c_fc", var parameter] => [new($"{layer}.mlp.fc1.{parameter}")],
        ["mlp", "c_proj", var parameter] => [new($"{layer}.mlp.fc2.{parameter}")],
        ["attn", "out_proj", var parameter] => [new($"{layer}.self_attn.out_proj.{parameter}")],
        ["attn", "in_proj_weight"] => Split(layer, "weight", shape),
        ["attn", "in_proj_bias"] => Split(layer, "bias", shape),
        _ => [new($"{layer}.{string.Join('.', parts)}")],
    };

    // Query, key and value are stacked. The width follows from the shape: published configs give a wrong one.
    private static IEnumerable<MappedTensor> Split(string layer, string parameter, IReadOnlyList<long> shape)
    {
        var width = shape.Count > 0 ? shape[0] / 3 : 0;
        return ((string[])["q_proj", "k_proj", "v_proj"]).Select((projection, i) =>
            new MappedTensor($"{layer}.self_attn.{projection}.{parameter}", TensorTransform.Rows(i * width, (i + 1) * width)));
    }
}
