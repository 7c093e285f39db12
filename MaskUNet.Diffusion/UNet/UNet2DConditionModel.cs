using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using MaskUNet.Masking;
using MaskUNet.UNet.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>
/// The U-Net of Stable Diffusion 1.x and 2.x, with frozen weights and masks as values of the call (diffusers' class of the same name;
/// its state-dict keys).
/// </summary>
/// <remarks>Safe to call from several threads at once. Disposing frees the weights.</remarks>
public sealed class UNet2DConditionModel : IMaskedUNet
{
    private readonly ModelWeights weights;
    private readonly List<MaskableLayer> layers = [];
    private readonly ILookup<string, MaskableLayer> layersOfBlock;
    private readonly MaskableLayer[] stem;
    private readonly MaskableLayer[] head;
    private readonly TimestepEmbedding timeEmbedding;
    private readonly MaskableConvolution convIn;
    private readonly List<DownBlock2D> downBlocks = [];
    private readonly MidBlock2D midBlock;
    private readonly List<UpBlock2D> upBlocks = [];
    private readonly GroupNorm normOut;
    private readonly MaskableConvolution convOut;

    /// <summary>Builds the model from its weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="source">The weights, with diffusers' keys.</param>
    /// <param name="dataType">The type to compute in; float32 by default.</param>
    /// <param name="device">The device; the CPU by default.</param>
    /// <exception cref="CheckpointException">
    /// The sizes make no U-Net, or the weights do not fit them; the message names every key that does not.
    /// </exception>
    public UNet2DConditionModel(UNet2DConditionConfig config, IWeightSource source, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate("The U-Net's configuration");
        Config = config;
        weights = new ModelWeights(source, dataType, device);
        var scope = new UNetScope(weights.Root, layers);
        timeEmbedding = new(scope["time_embedding"], config);
        convIn = new(scope["conv_in"], config.InChannels, config.BlockOutChannels[0]);
        stem = [.. layers];
        for (var i = 0; i < config.DownBlockTypes.Count; i++)
        {
            downBlocks.Add(new(scope["down_blocks"][i], config, i));
        }

        midBlock = new(scope["mid_block"], config);
        for (var i = 0; i < config.UpBlockTypes.Count; i++)
        {
            upBlocks.Add(new(scope["up_blocks"][i], config, i));
        }

        normOut = new(weights.Root["conv_norm_out"], config.NormNumGroups, config.BlockOutChannels[0], config.NormEps);
        convOut = new(scope["conv_out"], config.BlockOutChannels[0], config.OutChannels);
        head = [layers[^1]];
        layersOfBlock = layers.ToLookup(layer => layer.Block);
        weights.Complete("the U-Net");
    }

    /// <summary>The sizes.</summary>
    public UNet2DConditionConfig Config { get; }

    /// <summary>The weights by state-dict key; they belong to the model.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    /// <inheritdoc/>
    public IReadOnlyList<MaskableLayer> Layers => layers;

    /// <inheritdoc/>
    public int InChannels => Config.InChannels;

    /// <inheritdoc/>
    public ScalarType DataType => weights.DataType;

    /// <inheritdoc/>
    public Device Device => weights.Device;

    internal IReadOnlyList<DownBlock2D> DownBlocks => downBlocks;

    internal MidBlock2D MidBlock => midBlock;

    internal IReadOnlyList<UpBlock2D> UpBlocks => upBlocks;

    internal TimestepEmbedding TimeEmbedding => timeEmbedding;

    internal GroupNorm NormOut => normOut;

    /// <inheritdoc/>
    public Tensor Weight(MaskableLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Weights[layer.WeightName];
    }

    /// <inheritdoc/>
    public UNetFeatures Encode(UNetInput input, IMaskGenerator masks)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(masks);
        CheckInput(input);
        using var scope = NewDisposeScope();
        var stemCall = new BlockCall(masks.Begin(new MaskedBlock("", stem, null, null, null)));
        var timesteps = input.Timesteps.expand(input.Sample.shape[0]);
        var embedding = timeEmbedding.Forward(timesteps, DataType, stemCall);
        var time = nn.functional.silu(embedding);
        var hidden = convIn.Forward(ConvolutionKernel.ChannelsLast(input.Sample), stemCall);
        var skips = new List<Tensor> { hidden };
        for (var i = 0; i < downBlocks.Count; i++)
        {
            var call = new BlockCall(Begin($"down_blocks.{i}", hidden, null, embedding, masks), input.Observer);
            skips.AddRange(downBlocks[i].Forward(hidden, time, input.EncoderHiddenStates, call));
            hidden = skips[^1];
        }

        var midCall = new BlockCall(Begin("mid_block", hidden, null, embedding, masks), input.Observer);
        hidden = midBlock.Forward(hidden, time, input.EncoderHiddenStates, midCall);
        var features = new UNetFeatures(hidden, skips, embedding, input.EncoderHiddenStates) { Observer = input.Observer };
        foreach (var tensor in features.Tensors)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return features;
    }

    /// <inheritdoc/>
    public Tensor Decode(UNetFeatures features, IMaskGenerator masks)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(masks);
        CheckFeatures(features);
        using var scope = NewDisposeScope();
        var time = nn.functional.silu(features.TimeEmbedding);
        var checkpoints = masks is DecoderCheckpoints given && given.Begin(features, time) ? given : null;
        var hidden = features.Hidden;
        var left = features.Skips.Count;
        for (var i = 0; i < upBlocks.Count; i++)
        {
            var block = upBlocks[i];
            var skips = features.Skips.Skip(left - block.Skips).Take(block.Skips).Reverse().ToList();
            left -= block.Skips;
            var nextSize = left > 0 ? features.Skips[left - 1].shape[2..] : null;
            var call = new BlockCall(Begin($"up_blocks.{i}", hidden, skips[0], features.TimeEmbedding, masks), features.Observer);
            using var blockScope = NewDisposeScope();
            foreach (var stage in block.Stages(skips, nextSize, time, features.EncoderHiddenStates, call))
            {
                hidden = Run(stage, hidden);
            }

            hidden.MoveToOuterDisposeScope();
        }

        var headCall = new BlockCall(masks.Begin(new MaskedBlock("", head, null, null, null)));
        hidden = Run(input => convOut.ForwardNormalised(normOut, input, headCall), hidden);
        checkpoints?.End();
        return hidden.contiguous().MoveToOuterDisposeScope();

        Tensor Run(Func<Tensor, Tensor> stage, Tensor input) => checkpoints is null ? stage(input) : checkpoints.Run(stage, input);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => weights.Dispose();

    private ILayerMasks Begin(string name, Tensor hidden, Tensor? skip, Tensor embedding, IMaskGenerator masks) =>
        masks.Begin(new MaskedBlock(name, [.. layersOfBlock[name]], hidden, skip, embedding));

    private void CheckInput(UNetInput input)
    {
        var (sample, text) = (input.Sample.shape, input.EncoderHiddenStates.shape);
        if (sample.Length != 4 || sample[1] != Config.InChannels || text.Length != 3 || text[2] != Config.CrossAttentionDim || text[0] != sample[0])
        {
            throw new InvalidOptionException(
                $"The U-Net was given a sample [{string.Join(", ", sample)}] and a text embedding [{string.Join(", ", text)}]; "
                + $"[B, {Config.InChannels}, h, w] and [B, tokens, {Config.CrossAttentionDim}] of one batch size are expected.");
        }

        var timesteps = input.Timesteps.shape;
        if (timesteps is not ([] or [1]) && (timesteps.Length != 1 || timesteps[0] != sample[0]))
        {
            throw new InvalidOptionException(
                $"The U-Net was given timesteps [{string.Join(", ", timesteps)}] for a batch of {sample[0]}: give one, or one a sample.");
        }

        CheckKind("sample", input.Sample);
        CheckKind("text embedding", input.EncoderHiddenStates);
    }

    private void CheckFeatures(UNetFeatures features)
    {
        CheckKind("encoder half's output", features.Hidden);
        var given = features.Skips.Append(features.Hidden).Select(tensor => tensor.shape.Length == 4 ? tensor.shape[1] : -1);
        if (!given.SequenceEqual(FeatureChannels())
            || features.TimeEmbedding.shape[^1] != Config.TimeEmbeddingDim || features.EncoderHiddenStates.shape[^1] != Config.CrossAttentionDim)
        {
            throw new InvalidOptionException("The U-Net was given features of another model: give what this one's Encode returned.");
        }
    }

    // One of the input convolution, one of each residual block and downsampling, and the middle block's.
    private IEnumerable<long> FeatureChannels()
    {
        var channels = Config.BlockOutChannels;
        yield return channels[0];
        for (var i = 0; i < channels.Count; i++)
        {
            var skips = Config.LayersPerBlock + (i < channels.Count - 1 ? 1 : 0);
            for (var j = 0; j < skips; j++)
            {
                yield return channels[i];
            }
        }

        yield return channels[^1];
    }

    private void CheckKind(string what, Tensor tensor)
    {
        if (tensor.dtype != DataType || tensor.device_type != Device.type)
        {
            throw new InvalidOptionException(
                $"The U-Net is {DataType} on {Device.type}, but the {what} is {tensor.dtype} on {tensor.device_type}: convert it first.");
        }
    }
}
