using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Rewards.Bert;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Blip;

/// <summary>
/// ImageReward's network (Xu et al., arXiv 2304.05977): BLIP's vision transformer, BERT that reads the prompt and looks at the picture, and a
/// number from its first position.
/// </summary>
/// <remarks>
/// Forward passes may run on several threads at once. It owns its weights, under the keys of <c>ImageReward.pt</c>; set <c>requires_grad</c>
/// on them to train it.
/// </remarks>
public sealed class ImageRewardModel : IDisposable
{
    // Of all scores on the pictures that version 1.0 was measured with; not in the checkpoint.
    private const double Mean = 0.16717362830052426;
    private const double Deviation = 1.0333394966054072;

    private const int ProjectionSize = 256;
    private const string Blip = "blip";
    private const string Model = "ImageReward";

    private readonly ModelWeights weights;
    private readonly BlipVisionModel vision;
    private readonly BertModel text;
    private readonly RewardHead head;

    /// <summary>Builds the model.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="source">The weights, under the keys of <c>ImageReward.pt</c>.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The sizes make no model, or the weights do not fit them.</exception>
    public ImageRewardModel(ImageRewardConfig config, IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate(Model);
        Config = config;
        weights = new ModelWeights(source, dataType, device);
        var blip = weights.Root[Blip];
        vision = new BlipVisionModel(blip["visual_encoder"], config.Vision);
        text = new BertModel(blip["text_encoder"], config.Text, config.Vision.HiddenSize);
        head = new RewardHead(weights.Root["mlp"], config.Text.HiddenSize);
        foreach (var (projection, width) in (ReadOnlySpan<(string, int)>)[("vision_proj", config.Vision.HiddenSize), ("text_proj", config.Text.HiddenSize)])
        {
            _ = new Linear(blip[projection], width, ProjectionSize); // kept so that a saved model is whole; the score needs neither
        }

        weights.Complete(Model, key => key.EndsWith("position_ids", StringComparison.Ordinal));
    }

    /// <summary>The sizes.</summary>
    public ImageRewardConfig Config { get; }

    /// <summary>The weights by state-dict key. They belong to the model.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    /// <summary>Those of <see cref="Weights"/> that the score depends on: all but BLIP's two projections.</summary>
    internal IReadOnlyDictionary<string, Tensor> ScoringWeights => Weights
        .Where(weight => !weight.Key.StartsWith($"{Blip}.vision_proj", StringComparison.Ordinal) && !weight.Key.StartsWith($"{Blip}.text_proj", StringComparison.Ordinal))
        .ToDictionary(weight => weight.Key, weight => weight.Value);

    internal Device Device => weights.Device;

    /// <summary>Scores pictures for texts, a text a picture; differentiable.</summary>
    /// <param name="pixels">[B, 3, S, S], S the vision transformer's <see cref="BlipVisionConfig.ImageSize"/>, normalised with CLIP's mean and deviation.</param>
    /// <param name="ids">int64 [B, L] on the model's device.</param>
    /// <param name="mask">bool [B, L], true where <paramref name="ids"/> is no padding; null where there is none.</param>
    /// <returns>[B], of the model's type, about -2 to 2; the caller's.</returns>
    /// <exception cref="InvalidOptionException">An input has another shape or type, or an id is no token.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor Score(Tensor pixels, Tensor ids, Tensor? mask = null)
    {
        BlipInputs.CheckPixels(pixels, Config.Vision.ImageSize, Model);
        BlipInputs.CheckText(ids, mask, pixels.shape[0], Config.Text, Model);
        return TensorMemory.Run($"ImageReward's score of {pixels.shape[0]} pictures", () =>
        {
            using var scope = NewDisposeScope();
            return Judge(Look(pixels), ids, mask).MoveToOuterDisposeScope();
        });
    }

    /// <summary>What pictures are to the text model, as BLIP's vision transformer gives it; differentiable.</summary>
    /// <param name="pixels">As <see cref="Score"/> takes them.</param>
    /// <returns>The whole's position, then the patches', [B, 1 + patches, D]; the caller's.</returns>
    /// <exception cref="InvalidOptionException">The pixels have another shape.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor ReadPictures(Tensor pixels)
    {
        BlipInputs.CheckPixels(pixels, Config.Vision.ImageSize, Model);
        return TensorMemory.Run($"ImageReward's view of {pixels.shape[0]} pictures", () => Look(pixels));
    }

    /// <summary>
    /// Texts as the text model reads them without a picture, leaving its cross-attention out (BLIP's mode for texts alone, arXiv 2201.12086,
    /// section 3.1): what its layers can learn from texts before they look at pictures. Differentiable.
    /// </summary>
    /// <param name="ids">As <see cref="Score"/> takes them.</param>
    /// <param name="mask">As <see cref="Score"/> takes it.</param>
    /// <returns>The embeddings, then what each layer gives, [B, L, D] each; the caller's.</returns>
    /// <exception cref="InvalidOptionException">An input has another shape or type, or an id is no token.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public IReadOnlyList<Tensor> ReadTexts(Tensor ids, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        BlipInputs.CheckText(ids, mask, ids.dim() > 0 ? ids.shape[0] : 0, Config.Text, Model);
        return TensorMemory.Run($"ImageReward's reading of {ids.shape[0]} texts", () => text.HiddenStates(ids, mask, source: null));
    }

    /// <summary>What the text looks at, [B, 1 + patches, D].</summary>
    internal Tensor Look(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return vision.Forward(pixels.to(weights.DataType, weights.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>Scores for texts what <see cref="Look"/> gave: a text a picture, or of each text the picture's row; [B].</summary>
    internal Tensor Judge(Tensor seen, Tensor ids, Tensor? mask, Tensor? rows = null)
    {
        using var scope = NewDisposeScope();
        return ((head.Forward(text.First(ids, mask, seen, rows)) - Mean) / Deviation).MoveToOuterDisposeScope();
    }

    /// <summary>The text model's embeddings, then what each of its layers gives.</summary>
    internal IReadOnlyList<Tensor> HiddenStates(Tensor ids, Tensor mask, Tensor seen) => text.HiddenStates(ids, mask, seen);

    /// <summary>Frees the weights. The model must not be used afterwards.</summary>
    public void Dispose() => weights.Dispose();
}
