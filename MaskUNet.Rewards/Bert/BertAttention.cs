using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Bert;

/// <summary>Attention of a text to itself or to something else, added to the text and normalised afterwards.</summary>
internal sealed class BertAttention
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly LayerNorm norm;
    private readonly int heads;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>self</c> and <c>output</c>.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="sourceWidth">The width of what is looked at.</param>
    public BertAttention(WeightScope scope, BertConfig config, int sourceWidth)
    {
        query = new Linear(scope["self"]["query"], config.HiddenSize, config.HiddenSize);
        key = new Linear(scope["self"]["key"], sourceWidth, config.HiddenSize);
        value = new Linear(scope["self"]["value"], sourceWidth, config.HiddenSize);
        output = new Linear(scope["output"]["dense"], config.HiddenSize, config.HiddenSize);
        norm = new LayerNorm(scope["output"]["LayerNorm"], config.HiddenSize, config.LayerNormEps);
        heads = config.Heads;
    }

    /// <summary>Runs it.</summary>
    /// <param name="hidden">The text, [B, L, D].</param>
    /// <param name="source">What is looked at, [B, S, W].</param>
    /// <param name="mask">True where a position of <paramref name="source"/> may be seen, [B, 1, 1, S]; null for everywhere.</param>
    /// <param name="rows">Which of <paramref name="source"/> each text looks at, int64 [B]; null where there is one a text.</param>
    public Tensor Forward(Tensor hidden, Tensor source, Tensor? mask, Tensor? rows = null)
    {
        using var scope = NewDisposeScope();
        var attended = AttentionKernel.Apply(query.Forward(hidden), ForTexts(key, source, rows), ForTexts(value, source, rows), heads, mask: mask);
        return norm.Forward(hidden + output.Forward(attended)).MoveToOuterDisposeScope();
    }

    // What several texts look at is projected once.
    private static Tensor ForTexts(Linear projection, Tensor source, Tensor? rows)
    {
        var projected = projection.Forward(source);
        return rows is null ? projected : projected.index_select(0, rows);
    }
}
