using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>
/// BLIP for questions about pictures (Li et al., arXiv 2201.12086): a vision transformer, BERT that reads the question and looks at the
/// picture, and BERT that answers and looks at the question's states.
/// </summary>
/// <remarks>Forward passes may run on several threads at once. It owns its weights, under the keys of the original.</remarks>
public sealed class BlipVqaModel : IDisposable
{
    private const string Model = "BLIP-VQA";

    private readonly ModelWeights weights;
    private readonly BlipVisionModel vision;
    private readonly BertModel text;
    private readonly BlipAnswer answer;

    /// <summary>Builds the model.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="source">The weights, under the keys of the original or of transformers' <c>BlipForQuestionAnswering</c>, which are recognised.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The sizes make no model, or the weights do not fit them.</exception>
    public BlipVqaModel(BlipVqaConfig config, IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(source);
        config.Validate(Model);
        Config = config;
        weights = new ModelWeights(BlipLayout.Original(source), dataType, device);
        vision = new BlipVisionModel(weights.Root["visual_encoder"], config.Vision);
        text = new BertModel(weights.Root["text_encoder"], config.Text, config.Vision.HiddenSize);
        answer = new BlipAnswer(weights.Root["text_decoder"], config.Text);
        // The answer's word table and its bias stand in the file under two names each.
        weights.Complete(Model, key => key.EndsWith("position_ids", StringComparison.Ordinal)
            || key is "text_decoder.bert.embeddings.word_embeddings.weight" or "text_decoder.cls.predictions.bias");
    }

    /// <summary>The sizes.</summary>
    public BlipVqaConfig Config { get; }

    /// <summary>The weights by state-dict key; those that stand under two names under the output layer's. They belong to the model.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    internal Device Device => weights.Device;

    /// <summary>Scores the words that an answer may begin with; differentiable in the pixels.</summary>
    /// <param name="pixels">[B, 3, S, S], S the vision transformer's <see cref="BlipVisionConfig.ImageSize"/>, normalised with CLIP's mean and deviation.</param>
    /// <param name="ids">The questions, int64 [B, L] on the model's device; the first of each is <see cref="BertTokenizer.EncodeId"/>.</param>
    /// <param name="start">The token that answers begin with, <see cref="BertTokenizer.DecodeId"/>.</param>
    /// <param name="mask">bool [B, L], true where <paramref name="ids"/> is no padding; null where there is none.</param>
    /// <returns>[B, vocabulary], before the softmax; the caller's.</returns>
    /// <exception cref="InvalidOptionException">An input has another shape or type, or an id is no token.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor AnswerScores(Tensor pixels, Tensor ids, long start, Tensor? mask = null)
    {
        BlipInputs.CheckPixels(pixels, Config.Vision.ImageSize, Model);
        BlipInputs.CheckText(ids, mask, pixels.shape[0], Config.Text, Model);
        if (start < 0 || start >= Config.Text.VocabularySize)
        {
            throw new InvalidOptionException($"{Model} was given the id {start} to start with: its tokens are 0 to {Config.Text.VocabularySize - 1}.");
        }

        return TensorMemory.Run($"BLIP's answers about {pixels.shape[0]} pictures", () =>
        {
            using var scope = NewDisposeScope();
            return answer.Forward(start, Read(ids, mask, Look(pixels)), mask).MoveToOuterDisposeScope();
        });
    }

    /// <summary>What the question looks at, [B, 1 + patches, D].</summary>
    internal Tensor Look(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return vision.Forward(pixels.to(weights.DataType, weights.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>The question's states, [B, L, D].</summary>
    internal Tensor Read(Tensor ids, Tensor? mask, Tensor seen) => text.Forward(ids, mask, seen);

    /// <summary>Frees the weights. The model must not be used afterwards.</summary>
    public void Dispose() => weights.Dispose();
}
