using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>The stack of pre-norm transformer layers of a CLIP model, for text (causal) or images, under transformers' key names.</summary>
internal sealed class ClipTransformer
{
    private readonly Layer[] layers;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>layers.0</c> and so on.</param>
    /// <param name="shape">The sizes.</param>
    public ClipTransformer(WeightScope scope, ClipTransformerShape shape) =>
        layers = [.. Enumerable.Range(0, shape.Layers).Select(i => new Layer(scope["layers"][i], shape))];

    /// <summary>Runs the layers.</summary>
    /// <param name="input">[B, L, D]; it stays the caller's.</param>
    /// <param name="skip">How many of the last layers to leave out.</param>
    /// <returns>[B, L, D], without any final normalisation.</returns>
    public Tensor Forward(Tensor input, int skip = 0)
    {
        using var scope = NewDisposeScope();
        var hidden = input.alias();
        foreach (var layer in layers.AsSpan(0, layers.Length - skip))
        {
            var next = layer.Forward(hidden);
            hidden.Dispose();
            hidden = next;
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers and keeps what each gives.</summary>
    /// <param name="input">[B, L, D]; it stays the caller's.</param>
    /// <returns>The output of each layer, [B, L, D]; the caller owns them.</returns>
    public IReadOnlyList<Tensor> ForwardAll(Tensor input)
    {
        var states = new Tensor[layers.Length];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = layers[i].Forward(i == 0 ? input : states[i - 1]);
        }

        return states;
    }

    private sealed class Layer(WeightScope scope, ClipTransformerShape shape)
    {
        private readonly LayerNorm norm1 = new(scope["layer_norm1"], shape.Width, shape.LayerNormEps);
        private readonly Linear query = new(scope["self_attn"]["q_proj"], shape.Width, shape.Width);
        private readonly Linear key = new(scope["self_attn"]["k_proj"], shape.Width, shape.Width);
        private readonly Linear value = new(scope["self_attn"]["v_proj"], shape.Width, shape.Width);
        private readonly Linear output = new(scope["self_attn"]["out_proj"], shape.Width, shape.Width);
        private readonly LayerNorm norm2 = new(scope["layer_norm2"], shape.Width, shape.LayerNormEps);
        private readonly ClipMlp mlp = new(scope["mlp"], shape);

        public Tensor Forward(Tensor input)
        {
            using var dispose = NewDisposeScope();
            var normed = norm1.Forward(input);
            var attended = AttentionKernel.Apply(query.Forward(normed), key.Forward(normed), value.Forward(normed), shape.Heads, shape.Causal);
            var hidden = input + output.Forward(attended);
            return (hidden + mlp.Forward(norm2.Forward(hidden))).MoveToOuterDisposeScope();
        }
    }
}
