using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The masks of one evaluation by a <see cref="LearnedMaskModel"/>: one a sample, drawn anew for each layer.</summary>
internal sealed class LearnedMaskGenerator(LearnedMaskModel model, GumbelSigmoid gumbelSigmoid, IMaskNoise noise, long evaluation) : IMaskGenerator
{
    // Of all rows: with more of them the logits of all are made, by whichever order of the products is cheaper.
    private const double MostRows = 0.5;

    public bool MasksEncoder => false;

    public ILayerMasks Begin(MaskedBlock block)
    {
        var number = model.Layout.NumberOf(block.Name);
        return number < 0 || model.Layout.Blocks[number].Layers.Count == 0
            ? NoMasks.Instance
            : new BlockMasks(model, model.Generate(number, block.Hidden!, block.Skip!, block.TimeEmbedding!), Draw);
    }

    private Tensor Draw(MaskableLayer layer, MaskAdapter adapter, Tensor z)
    {
        using var scope = NewDisposeScope();
        var draw = new MaskDraw(evaluation, layer.Name);
        return (gumbelSigmoid.DrawsInOnePass(z, noise) ? DrawInOnePass(layer, adapter, z, draw) : gumbelSigmoid.Draw(adapter.Logits(z), noise, draw))
            .MoveToOuterDisposeScope();
    }

    // Sample by sample, so that the logits are still in the processor's caches.
    private Tensor DrawInOnePass(MaskableLayer layer, MaskAdapter adapter, Tensor z, MaskDraw draw)
    {
        var masks = empty([z.shape[0], .. layer.Shape], ScalarType.Bool);
        var room = long.IsEvenInteger(masks.shape[2]) ? adapter.Room(gumbelSigmoid.CertainLogit) : 0;
        for (var sample = 0; sample < z.shape[0]; sample++)
        {
            using var scope = NewDisposeScope();
            DrawSample(adapter, z[sample], room, draw, masks, sample);
        }

        return masks;
    }

    // Where masks drop little, most rows have no logit that any noise could reach; what those are exactly does not matter then.
    private void DrawSample(MaskAdapter adapter, Tensor z, double room, MaskDraw draw, Tensor masks, int sample)
    {
        var counter = (CounterMaskNoise)noise;
        var widened = room > 0 ? adapter.Widen(z) : null;
        var rows = widened?.norm(1).lt(room).logical_not().nonzero().view(-1).data<long>().ToArray();
        if (rows is null || rows.Length > MostRows * masks.shape[1])
        {
            gumbelSigmoid.DrawSample(adapter.SampleLogits(z, widened), counter, draw, masks, sample);
            return;
        }

        masks[sample].fill_(true);
        if (rows.Length > 0)
        {
            gumbelSigmoid.DrawRows(adapter.RowLogits(widened!.index_select(0, tensor(rows))), rows, counter, draw, masks, sample);
        }
    }

    private sealed class BlockMasks(LearnedMaskModel model, Tensor z, Func<MaskableLayer, MaskAdapter, Tensor, Tensor> draw) : ILayerMasks
    {
        public Tensor? For(MaskableLayer layer) => model.AdapterOf(layer) is { } adapter ? draw(layer, adapter, z) : null;
    }
}
