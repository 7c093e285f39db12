using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Bert;

/// <summary>
/// BLIP's BERT (Li et al., arXiv 2201.12086): word and position embeddings, and post-norm layers with cross-attention. No token types, no
/// pooler.
/// </summary>
/// <remarks>Immutable; forward passes may run on several threads at once. The weights belong to the <see cref="ModelWeights"/>.</remarks>
internal sealed class BertModel
{
    private readonly Tensor words;
    private readonly Tensor positions;
    private readonly LayerNorm norm;
    private readonly BertLayer[] layers;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>embeddings</c> and <c>encoder</c>.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="sourceWidth">The width of what the text looks at.</param>
    /// <param name="words">The token table, where it is another tensor than the scope's own.</param>
    public BertModel(WeightScope scope, BertConfig config, int sourceWidth, Tensor? words = null)
    {
        var embeddings = scope["embeddings"];
        this.words = words ?? embeddings["word_embeddings"].Take("weight", config.VocabularySize, config.HiddenSize);
        positions = embeddings["position_embeddings"].Take("weight", config.Positions, config.HiddenSize);
        norm = new LayerNorm(embeddings["LayerNorm"], config.HiddenSize, config.LayerNormEps);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new BertLayer(scope["encoder"]["layer"][i], config, sourceWidth))];
    }

    /// <summary>Ids to the last hidden states.</summary>
    /// <param name="ids">int64 [B, L], L at most the number of positions.</param>
    /// <param name="mask">What of the text may be seen, bool [B, L]; null for all.</param>
    /// <param name="source">What the text looks at, [B, S, W].</param>
    /// <param name="sourceMask">What of it may be seen, bool [B, S]; null for all.</param>
    /// <returns>[B, L, D].</returns>
    public Tensor Forward(Tensor ids, Tensor? mask, Tensor source, Tensor? sourceMask = null) => Run(ids, mask, source, sourceMask, rows: null, first: false);

    /// <summary>Ids to the last hidden state of the first position.</summary>
    /// <param name="ids">int64 [B, L], L at most the number of positions.</param>
    /// <param name="mask">What of the text may be seen, bool [B, L]; null for all.</param>
    /// <param name="source">What the texts look at, [P, S, W].</param>
    /// <param name="rows">Which of <paramref name="source"/> each text looks at, int64 [B]; null where there is one a text.</param>
    /// <returns>[B, D].</returns>
    public Tensor First(Tensor ids, Tensor? mask, Tensor source, Tensor? rows)
    {
        using var scope = NewDisposeScope();
        return Run(ids, mask, source, sourceMask: null, rows, first: true).select(1, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Ids to the normalised sum of their embeddings, then what each layer makes of it, looking at <paramref name="source"/> or, where it is null, at nothing.</summary>
    public IReadOnlyList<Tensor> HiddenStates(Tensor ids, Tensor? mask, Tensor? source)
    {
        using var scope = NewDisposeScope();
        var seen = ForKeys(mask);
        List<Tensor> states = [Embed(ids)];
        foreach (var layer in layers)
        {
            states.Add(layer.Forward(states[^1], seen, source, sourceMask: null));
        }

        return [.. states.Select(state => state.MoveToOuterDisposeScope())];
    }

    // Of the last layer, the first position alone where nothing else is wanted.
    private Tensor Run(Tensor ids, Tensor? mask, Tensor source, Tensor? sourceMask, Tensor? rows, bool first)
    {
        using var scope = NewDisposeScope();
        var (seen, sourceSeen) = (ForKeys(mask), ForKeys(sourceMask));
        var hidden = Embed(ids);
        foreach (var layer in layers)
        {
            hidden = hidden.Then(before => layer.Forward(before, seen, source, sourceSeen, rows, first && layer == layers[^1]));
        }

        return hidden.MoveToOuterDisposeScope();
    }

    private static Tensor? ForKeys(Tensor? mask) => mask?.unsqueeze(1).unsqueeze(1);

    private Tensor Embed(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return norm.Forward(Embedding.Lookup(words, ids) + positions.narrow(0, 0, ids.shape[1])).MoveToOuterDisposeScope();
    }
}
