using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Prompting.Clip;

/// <summary>
/// CLIP's text transformer (transformers' <c>CLIPTextModel</c>): token and position embeddings, causal pre-norm layers, a final layer
/// normalisation. No padding mask: padding takes part, as in Stable Diffusion.
/// </summary>
/// <remarks>Immutable; forward passes may run on several threads at once. The weights belong to the <see cref="ModelWeights"/>.</remarks>
internal sealed class ClipTextModel
{
    private readonly Tensor positions;
    private readonly ClipTransformer transformer;
    private readonly LayerNorm finalNorm;

    /// <summary>Takes the weights.</summary>
    /// <param name="root">The scope that holds <c>text_model</c>.</param>
    /// <param name="config">The sizes.</param>
    public ClipTextModel(WeightScope root, ClipTextConfig config)
    {
        var scope = root["text_model"];
        Config = config;
        TokenTable = scope["embeddings"]["token_embedding"].Take("weight", config.VocabularySize, config.HiddenSize);
        positions = scope["embeddings"]["position_embedding"].Take("weight", config.Positions, config.HiddenSize);
        transformer = new ClipTransformer(scope["encoder"], config.Shape);
        finalNorm = new LayerNorm(scope["final_layer_norm"], config.HiddenSize, config.LayerNormEps);
    }

    public ClipTextConfig Config { get; }

    /// <summary>The token table, [vocabulary, D]; it belongs to the weights.</summary>
    public Tensor TokenTable { get; }

    /// <summary>Ids to the final hidden states.</summary>
    /// <param name="ids">int64 [B, L], L at most the number of positions.</param>
    /// <param name="clipSkip">How many of the last layers to leave out; the final normalisation stays.</param>
    /// <param name="tokenTable">A table to look ids up in instead of the model's: one with further rows, or one that is trained.</param>
    /// <returns>[B, L, D].</returns>
    public Tensor Forward(Tensor ids, int clipSkip = 0, Tensor? tokenTable = null)
    {
        using var scope = NewDisposeScope();
        return finalNorm.Forward(transformer.Forward(Embed(ids, tokenTable), clipSkip)).MoveToOuterDisposeScope();
    }

    /// <summary>Ids to the sum of token and position embeddings, then the output of each layer; no final normalisation.</summary>
    /// <param name="ids">int64 [B, L].</param>
    /// <returns>As many as layers and one more, each [B, L, D]; the caller owns them.</returns>
    public IReadOnlyList<Tensor> HiddenStates(Tensor ids)
    {
        var embedded = Embed(ids, tokenTable: null);
        return [embedded, .. transformer.ForwardAll(embedded)];
    }

    /// <summary>The final hidden state at each text's end.</summary>
    /// <param name="hidden">[B, L, D], from <see cref="Forward"/>.</param>
    /// <param name="ids">int64 [B, L].</param>
    /// <returns>[B, D].</returns>
    public Tensor Pool(Tensor hidden, Tensor ids)
    {
        using var scope = NewDisposeScope();
        // Both take the first of several equal maxima.
        var ends = Config.EndId == ClipTextConfig.LargestId ? ids.argmax(-1) : ids.eq(Config.EndId).to(ScalarType.Int32).argmax(-1);
        var index = ends.view(-1, 1, 1).expand(-1, 1, hidden.shape[2]);
        return hidden.gather(1, index).squeeze(1).MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor ids, Tensor? tokenTable)
    {
        using var scope = NewDisposeScope();
        return (Embedding.Lookup(tokenTable ?? TokenTable, ids) + positions.narrow(0, 0, ids.shape[1])).MoveToOuterDisposeScope();
    }
}
