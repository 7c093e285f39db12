using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;

namespace MaskUNet.Rewards.Clip;

/// <summary>Brings whole CLIP models of OpenAI and open_clip under transformers' names.</summary>
internal static class ClipLayout
{
    // Training on several GPUs wraps the model in another.
    private const string Wrapper = "module.";

    /// <summary>A source under the names of transformers' <c>CLIPModel</c>; one that has them already, or lists nothing, stays itself.</summary>
    public static IWeightSource Transformers(IWeightSource source)
    {
        if (source.Entries is not { Count: > 0 } entries)
        {
            return source;
        }

        var prefix = entries.Keys.All(key => key.StartsWith(Wrapper, StringComparison.Ordinal)) ? Wrapper : "";
        return entries.Keys.Any(key => key.StartsWith(prefix + "visual.", StringComparison.Ordinal))
            ? new RenamedWeights(source, stored => Map(stored.Name[prefix.Length..], stored.Shape))
            : source;
    }

    /// <summary>What a tensor of open_clip becomes.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="shape">Its shape.</param>
    public static IEnumerable<MappedTensor> Map(string name, IReadOnlyList<long> shape) => name.Split('.') switch
    {
        // Numbers beside the weights of OpenAI's files, and a mask that older files hold.
        ["input_resolution" or "context_length" or "vocab_size" or "attn_mask"] => [],
        ["visual", "class_embedding"] => [new("vision_model.embeddings.class_embedding")],
        ["visual", "positional_embedding"] => [new("vision_model.embeddings.position_embedding.weight")],
        ["visual", "conv1", "weight"] => [new("vision_model.embeddings.patch_embedding.weight")],
        ["visual", "ln_pre", var parameter] => [new($"vision_model.pre_layrnorm.{parameter}")],
        ["visual", "ln_post", var parameter] => [new($"vision_model.post_layernorm.{parameter}")],
        ["visual", "proj"] => [new("visual_projection.weight", TensorTransform.Transpose)],
        ["visual", "transformer", "resblocks", var layer, .. var rest] => OpenClipNames.Block($"vision_model.encoder.layers.{layer}", rest, shape),
        _ => OpenClipNames.Text(name, shape),
    };
}
