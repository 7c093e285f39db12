using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>
/// CLIP's vision transformer (transformers' <c>CLIPVisionModel</c>): patches after a class vector, pre-norm layers, and the class vector,
/// normalised, as the picture's summary.
/// </summary>
/// <remarks>Immutable; forward passes may run on several threads at once. The weights belong to the <see cref="ModelWeights"/>.</remarks>
internal sealed class ClipVisionModel
{
    private readonly PatchEmbedding patches;
    private readonly LayerNorm preNorm;
    private readonly ClipTransformer transformer;
    private readonly LayerNorm postNorm;

    /// <summary>Takes the weights.</summary>
    /// <param name="root">The scope that holds <c>vision_model</c>.</param>
    /// <param name="config">The sizes.</param>
    public ClipVisionModel(WeightScope root, ClipVisionConfig config)
    {
        var scope = root["vision_model"];
        var embeddings = scope["embeddings"];
        patches = new PatchEmbedding(
            new Convolution(
                embeddings["patch_embedding"], inChannels: 3, config.HiddenSize, config.PatchSize, stride: config.PatchSize, padding: 0, bias: false),
            embeddings.Take("class_embedding", config.HiddenSize),
            embeddings["position_embedding"].Take("weight", config.Positions, config.HiddenSize));
        preNorm = new LayerNorm(scope["pre_layrnorm"], config.HiddenSize, config.LayerNormEps); // spelt so in every checkpoint
        transformer = new ClipTransformer(scope["encoder"], config.Shape);
        postNorm = new LayerNorm(scope["post_layernorm"], config.HiddenSize, config.LayerNormEps);
    }

    /// <summary>Pictures to what the last layer makes of them, normalised as the summary is: transformers' <c>pooler_output</c> is the first position.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised, of the weights' type.</param>
    /// <returns>The class vector's position, then the patches', [B, 1 + patches, D].</returns>
    public Tensor States(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return postNorm.Forward(transformer.Forward(preNorm.Forward(patches.Forward(pixels)))).MoveToOuterDisposeScope();
    }

    /// <summary>Pictures to their summaries, transformers' <c>pooler_output</c>.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised, of the weights' type.</param>
    /// <returns>[B, D].</returns>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var hidden = transformer.Forward(preNorm.Forward(patches.Forward(pixels)));
        return postNorm.Forward(hidden.select(1, 0)).MoveToOuterDisposeScope();
    }
}
