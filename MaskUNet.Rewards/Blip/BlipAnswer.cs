using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Rewards.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>BLIP's answering model, as far as its first word: BERT that begins with one token and looks at the question's states, and a score for each word.</summary>
internal sealed class BlipAnswer
{
    private readonly BertModel text;
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Linear words;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>bert</c> and <c>cls</c>.</param>
    /// <param name="config">The sizes; the question's states are as wide.</param>
    public BlipAnswer(WeightScope scope, BertConfig config)
    {
        var predictions = scope["cls"]["predictions"];
        words = new Linear(predictions["decoder"], config.HiddenSize, config.VocabularySize);
        text = new BertModel(
            scope["bert"], config, config.HiddenSize, predictions["decoder"].Take("weight", config.VocabularySize, config.HiddenSize));
        transform = new Linear(predictions["transform"]["dense"], config.HiddenSize, config.HiddenSize);
        norm = new LayerNorm(predictions["transform"]["LayerNorm"], config.HiddenSize, config.LayerNormEps);
    }

    /// <summary>Scores the words that may come first.</summary>
    /// <param name="start">The token that answers begin with.</param>
    /// <param name="question">[B, L, D].</param>
    /// <param name="mask">What of the question is no padding, bool [B, L].</param>
    /// <returns>[B, vocabulary], before the softmax.</returns>
    public Tensor Forward(long start, Tensor question, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var ids = full([question.shape[0], 1], start, dtype: ScalarType.Int64, device: question.device);
        // One token sees itself only, so there is nothing to be causal about.
        var hidden = text.Forward(ids, mask: null, question, mask).squeeze(1);
        return words.Forward(norm.Forward(nn.functional.gelu(transform.Forward(hidden)))).MoveToOuterDisposeScope();
    }
}
