using MaskUNet.Kernels;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The masks of one evaluation by a <see cref="LearnedMaskModel"/>: one a sample, drawn anew for each layer.</summary>
internal sealed class LearnedMaskGenerator(LearnedMaskModel model, GumbelSigmoid gumbelSigmoid, IMaskNoise noise, long evaluation) : IMaskGenerator
{
    // Of the weights: with more in doubt the logits of all are made, by whichever order of the products is cheaper.
    private const double MostDoubt = 0.1;

    public bool MasksEncoder => false;

    public ILayerMasks Begin(MaskedBlock block)
    {
        var number = model.Layout.NumberOf(block.Name);
        if (number < 0 || model.Layout.Blocks[number].Layers.Count == 0)
        {
            return NoMasks.Instance;
        }

        using var scope = NewDisposeScope();
        var z = model.Generate(number, block.Hidden!, block.Skip!, block.TimeEmbedding!);
        var sideBySide = z.transpose(0, 1).contiguous().transpose(0, 1); // as MaskAdapter.Widen likes the samples' rows
        return new BlockMasks(model, sideBySide.MoveToOuterDisposeScope(), Draw);
    }

    private Tensor Draw(MaskableLayer layer, MaskAdapter adapter, Tensor z)
    {
        using var scope = NewDisposeScope();
        var draw = new MaskDraw(evaluation, layer.Name);
        return (gumbelSigmoid.DrawsInOnePass(z, noise) ? DrawInOnePass(layer, adapter, z, draw) : gumbelSigmoid.Draw(adapter.Logits(z), noise, draw))
            .MoveToOuterDisposeScope();
    }

    // Where masks drop little, few weights have a number so small that it takes their logit to tell, or none.
    private Tensor DrawInOnePass(MaskableLayer layer, MaskAdapter adapter, Tensor z, MaskDraw draw)
    {
        var masks = empty([z.shape[0], .. layer.Shape], ScalarType.Bool);
        using var scope = NewDisposeScope();
        var bounds = adapter.Bounds();
        if (gumbelSigmoid.Doubt(bounds.Of(z)).max().item<float>() < CountedNumbers.Least)
        {
            masks.fill_(true);
            return masks;
        }

        var widened = long.IsEvenInteger(masks.shape[2]) ? adapter.Widen(z) : null;
        var doubts = widened is null ? null : gumbelSigmoid.Doubt(bounds.OfWidened(widened));
        for (var sample = 0; sample < z.shape[0]; sample++)
        {
            DrawSample(adapter, z[sample], widened?[sample], doubts?[sample], draw, masks, sample);
        }

        return masks;
    }

    private void DrawSample(MaskAdapter adapter, Tensor z, Tensor? widened, Tensor? doubts, MaskDraw draw, Tensor masks, int sample)
    {
        using var scope = NewDisposeScope();
        var counter = (CounterMaskNoise)noise;
        if (doubts?.mean().item<float>() <= MostDoubt)
        {
            gumbelSigmoid.DrawSample(widened!, adapter.Columns, adapter.ColumnBias, doubts.data<float>().ToArray(), counter, draw, masks, sample);
        }
        else
        {
            gumbelSigmoid.DrawSample(adapter.SampleLogits(z, widened), counter, draw, masks, sample);
        }
    }

    private sealed class BlockMasks(LearnedMaskModel model, Tensor z, Func<MaskableLayer, MaskAdapter, Tensor, Tensor> draw) : ILayerMasks
    {
        public Tensor? For(MaskableLayer layer) => model.AdapterOf(layer) is { } adapter ? draw(layer, adapter, z) : null;
    }
}
