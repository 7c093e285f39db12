using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The masks of one evaluation by a <see cref="LearnedMaskModel"/>: one a sample, drawn anew for each layer.</summary>
internal sealed class LearnedMaskGenerator(LearnedMaskModel model, GumbelSigmoid gumbelSigmoid, IMaskNoise noise, long evaluation) : IMaskGenerator
{
    public bool MasksEncoder => false;

    public ILayerMasks Begin(MaskedBlock block)
    {
        var number = model.Layout.NumberOf(block.Name);
        return number < 0 || model.Layout.Blocks[number].Layers.Count == 0
            ? NoMasks.Instance
            : new BlockMasks(model, model.Generate(number, block.Hidden!, block.Skip!, block.TimeEmbedding!), Draw);
    }

    private Tensor Draw(MaskableLayer layer, Tensor logits) => gumbelSigmoid.Draw(logits, noise, new MaskDraw(evaluation, layer.Name));

    private sealed class BlockMasks(LearnedMaskModel model, Tensor z, Func<MaskableLayer, Tensor, Tensor> draw) : ILayerMasks
    {
        public Tensor? For(MaskableLayer layer)
        {
            if (model.AdapterOf(layer) is not { } adapter)
            {
                return null;
            }

            using var scope = NewDisposeScope();
            return draw(layer, adapter.Logits(z)).MoveToOuterDisposeScope();
        }
    }
}
