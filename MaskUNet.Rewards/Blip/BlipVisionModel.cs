using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Prompting.Clip;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>BLIP's vision transformer under its own key names (timm's <c>VisionTransformer</c>): pre-norm layers, and all positions, normalised, as the picture.</summary>
/// <remarks>Immutable; forward passes may run on several threads at once. The weights belong to the <see cref="ModelWeights"/>.</remarks>
internal sealed class BlipVisionModel
{
    private readonly PatchEmbedding patches;
    private readonly Layer[] layers;
    private readonly LayerNorm norm;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>cls_token</c>.</param>
    /// <param name="config">The sizes.</param>
    public BlipVisionModel(WeightScope scope, BlipVisionConfig config)
    {
        Config = config;
        patches = new PatchEmbedding(
            new Convolution(scope["patch_embed"]["proj"], inChannels: 3, config.HiddenSize, config.PatchSize, stride: config.PatchSize, padding: 0),
            scope.Take("cls_token", 1, 1, config.HiddenSize),
            scope.Take("pos_embed", 1, config.Positions, config.HiddenSize));
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(scope["blocks"][i], config.Shape))];
        norm = new LayerNorm(scope["norm"], config.HiddenSize, config.LayerNormEps);
    }

    public BlipVisionConfig Config { get; }

    /// <summary>Pictures to tokens.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised, of the weights' type.</param>
    /// <returns>[B, 1 + patches, D].</returns>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var hidden = patches.Forward(pixels);
        foreach (var layer in layers)
        {
            hidden = hidden.Then(layer.Forward);
        }

        return norm.Forward(hidden).MoveToOuterDisposeScope();
    }

    private sealed class Layer(WeightScope scope, ClipTransformerShape shape)
    {
        private readonly LayerNorm norm1 = new(scope["norm1"], shape.Width, shape.LayerNormEps);
        private readonly Linear queryKeyValue = new(scope["attn"]["qkv"], shape.Width, 3 * shape.Width);
        private readonly Linear output = new(scope["attn"]["proj"], shape.Width, shape.Width);
        private readonly LayerNorm norm2 = new(scope["norm2"], shape.Width, shape.LayerNormEps);
        private readonly ClipMlp mlp = new(scope["mlp"], shape);

        public Tensor Forward(Tensor input)
        {
            using var dispose = NewDisposeScope();
            var projected = queryKeyValue.Forward(norm1.Forward(input)).chunk(3, -1);
            var attended = AttentionKernel.Apply(projected[0], projected[1], projected[2], shape.Heads);
            var hidden = input + output.Forward(attended);
            return (hidden + mlp.Forward(norm2.Forward(hidden))).MoveToOuterDisposeScope();
        }
    }
}
