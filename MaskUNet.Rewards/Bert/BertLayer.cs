using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Bert;

/// <summary>One layer of BLIP's BERT: the text looks at itself, then at the picture, then each position is worked on alone.</summary>
internal sealed class BertLayer(WeightScope scope, BertConfig config, int sourceWidth)
{
    private readonly BertAttention attention = new(scope["attention"], config, config.HiddenSize);
    private readonly BertAttention crossAttention = new(scope["crossattention"], config, sourceWidth);
    private readonly Linear expand = new(scope["intermediate"]["dense"], config.HiddenSize, config.IntermediateSize);
    private readonly Linear shrink = new(scope["output"]["dense"], config.IntermediateSize, config.HiddenSize);
    private readonly LayerNorm norm = new(scope["output"]["LayerNorm"], config.HiddenSize, config.LayerNormEps);

    /// <summary>Runs it.</summary>
    /// <param name="hidden">[B, L, D].</param>
    /// <param name="mask">What of the text may be seen, [B, 1, 1, L].</param>
    /// <param name="source">What the text looks at, [B, S, W]; null for nothing, as BLIP reads texts alone.</param>
    /// <param name="sourceMask">What of it may be seen, [B, 1, 1, S]; null for all.</param>
    /// <param name="rows">Which of <paramref name="source"/> each text looks at, int64 [B]; null where there is one a text.</param>
    /// <param name="first">Whether only the first position is wanted: [B, 1, D].</param>
    public Tensor Forward(Tensor hidden, Tensor? mask, Tensor? source, Tensor? sourceMask, Tensor? rows = null, bool first = false)
    {
        using var dispose = NewDisposeScope();
        var text = attention.Forward(first ? hidden.narrow(1, 0, 1) : hidden, hidden, mask);
        var seen = source is null ? text : crossAttention.Forward(text, source, sourceMask, rows);
        return norm.Forward(seen + shrink.Forward(nn.functional.gelu(expand.Forward(seen)))).MoveToOuterDisposeScope();
    }
}
