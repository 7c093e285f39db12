using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Prompting.Clip;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>
/// CLIP (transformers' <c>CLIPModel</c>): a text and a vision transformer that meet in one space, where the cosine of a text and a picture
/// says how well they fit.
/// </summary>
/// <remarks>
/// Forward passes may run on several threads at once. It owns its weights; set <c>requires_grad</c> on <see cref="Weights"/> to train it,
/// the gradients reach all of them.
/// </remarks>
public sealed class ClipModel : IDisposable
{
    private readonly ModelWeights weights;
    private readonly ClipTextModel text;
    private readonly ClipVisionModel vision;
    private readonly Linear textProjection;
    private readonly Linear visualProjection;

    /// <summary>Builds the model.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="source">The weights, under the keys of transformers' <c>CLIPModel</c>, or of open_clip and OpenAI, which are recognised.</param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">The sizes make no model, or the weights do not fit them.</exception>
    public ClipModel(ClipConfig config, IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate("The CLIP model's configuration");
        ArgumentNullException.ThrowIfNull(source);
        Config = config;
        weights = new ModelWeights(ClipLayout.Transformers(source), dataType, device);
        text = new ClipTextModel(weights.Root, config.Text);
        vision = new ClipVisionModel(weights.Root, config.Vision);
        textProjection = new Linear(weights.Root["text_projection"], config.Text.HiddenSize, config.ProjectionSize, bias: false);
        visualProjection = new Linear(weights.Root["visual_projection"], config.Vision.HiddenSize, config.ProjectionSize, bias: false);
        LogitScale = weights.Take("logit_scale");
        // Files by older versions of transformers hold the positions' numbers as a buffer.
        weights.Complete("the CLIP model", key => key.EndsWith("embeddings.position_ids", StringComparison.Ordinal));
    }

    /// <summary>Loads a published model.</summary>
    /// <param name="folder">
    /// Holds <c>config.json</c> and <c>model.safetensors</c> or <c>pytorch_model.bin</c> (transformers), or <c>open_clip_config.json</c> and
    /// <c>open_clip_model.safetensors</c> or <c>open_clip_pytorch_model.bin</c>. Single files: the constructor with <see cref="WeightFile.Open"/>.
    /// </param>
    /// <param name="dataType">The type to compute in.</param>
    /// <param name="device">The device to compute on; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another model; the message names it.</exception>
    public static ClipModel Load(string folder, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var (config, weights) = ClipFolder.Find(folder);
        using var file = WeightFile.Open(weights);
        return new ClipModel(ClipConfig.Load(config), file, dataType, device);
    }

    /// <summary>The sizes.</summary>
    public ClipConfig Config { get; }

    /// <summary>The weights by state-dict key. They belong to the model.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    /// <summary>The natural logarithm of the factor on cosines, a scalar; one of <see cref="Weights"/>.</summary>
    public Tensor LogitScale { get; }

    /// <summary>Texts to the shared space, like transformers' <c>get_text_features</c>.</summary>
    /// <param name="ids">int64 [B, L] on the model's device, L at most the number of positions; the end's vector is the text's (see <see cref="ClipTextConfig.EndId"/>).</param>
    /// <returns>[B, P], not normalised; the caller's.</returns>
    /// <exception cref="InvalidOptionException">The ids have another shape or type, or one of them is no token.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor TextFeatures(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ClipIds.Check(ids, Config.Text.Positions, Config.Text.VocabularySize);
        return TensorMemory.Run($"CLIP's features of {ids.shape[0]} texts", () =>
        {
            using var scope = NewDisposeScope();
            return textProjection.Forward(text.Pool(text.Forward(ids), ids)).MoveToOuterDisposeScope();
        });
    }

    /// <summary>Pictures to the shared space, like transformers' <c>get_image_features</c>; differentiable.</summary>
    /// <param name="pixels">[B, 3, S, S], S the vision tower's <see cref="ClipVisionConfig.ImageSize"/>, normalised with CLIP's mean and deviation.</param>
    /// <returns>[B, P], not normalised; the caller's.</returns>
    /// <exception cref="InvalidOptionException">The pixels have another shape.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor ImageFeatures(Tensor pixels)
    {
        CheckPixels(pixels);
        return TensorMemory.Run($"CLIP's features of {pixels.shape[0]} pictures", () =>
        {
            using var scope = NewDisposeScope();
            return visualProjection.Forward(vision.Forward(pixels.to(weights.DataType, weights.Device))).MoveToOuterDisposeScope();
        });
    }

    /// <summary>
    /// What the vision tower's last layer makes of pictures, normalised as the summary is, of which <see cref="ImageFeatures"/> is the projection; differentiable.
    /// </summary>
    /// <param name="pixels">As <see cref="ImageFeatures"/> takes them.</param>
    /// <returns>The summary's position, then the patches', [B, 1 + patches, D]; the caller's.</returns>
    /// <exception cref="InvalidOptionException">The pixels have another shape.</exception>
    /// <exception cref="TensorMemoryException">The memory does not suffice.</exception>
    public Tensor ReadPictures(Tensor pixels)
    {
        CheckPixels(pixels);
        return TensorMemory.Run($"CLIP's view of {pixels.shape[0]} pictures", () =>
        {
            using var scope = NewDisposeScope();
            return vision.States(pixels.to(weights.DataType, weights.Device)).MoveToOuterDisposeScope();
        });
    }

    /// <summary>Frees the weights. The model must not be used afterwards.</summary>
    public void Dispose() => weights.Dispose();

    private void CheckPixels(Tensor pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var size = Config.Vision.ImageSize;
        if (pixels.shape is not [> 0, 3, var height, var width] || height != size || width != size)
        {
            throw new InvalidOptionException(
                $"The CLIP model was given pixels [{string.Join(", ", pixels.shape)}]: give [B, 3, {size}, {size}], resized and normalised.");
        }
    }
}
