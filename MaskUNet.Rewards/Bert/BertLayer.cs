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
    /// <param name="source">What the text looks at, [B, S, W].</param>
    /// <param name="sourceMask">What of it may be seen, [B, 1, 1, S]; null for all.</param>
    public Tensor Forward(Tensor hidden, Tensor? mask, Tensor source, Tensor? sourceMask)
    {
        using var dispose = NewDisposeScope();
        var text = attention.Forward(hidden, hidden, mask);
        var seen = crossAttention.Forward(text, source, sourceMask);
        return norm.Forward(seen + shrink.Forward(nn.functional.gelu(expand.Forward(seen)))).MoveToOuterDisposeScope();
    }
}
