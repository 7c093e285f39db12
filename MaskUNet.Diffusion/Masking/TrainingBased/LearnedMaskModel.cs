using System.Globalization;
using MaskUNet.Checkpoints;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// What the training-based method of the paper learns (section 3.2): a mask generator an up block and an adapter a masked layer, which
/// make the logits of each sample's masks of the block's input and the time embedding.
/// </summary>
/// <remarks>
/// The weights are only read, so that several threads may use it at once, but for its training. Disposing frees them.
/// </remarks>
public sealed class LearnedMaskModel : IDisposable
{
    private readonly ModelWeights weights;
    private readonly MaskGenerator[] generators;
    private readonly Dictionary<string, MaskAdapter> adapters = new(StringComparer.Ordinal);

    private LearnedMaskModel(LearnedMaskConfig config, MaskGeneratorLayout layout, IWeightSource source, ScalarType dataType, Device device)
    {
        config.Validate();
        RequireSizes(config, layout);
        (Config, Layout) = (config, layout);
        weights = new ModelWeights(source, dataType, device);
        generators = [.. layout.Blocks.Select((block, i) => new MaskGenerator(weights.Root["mask_generators"][i], config, block, layout.TimeChannels))];
        for (var i = 0; i < layout.Blocks.Count; i++)
        {
            var block = layout.Blocks[i];
            foreach (var layer in block.Layers)
            {
                var scope = weights.Root["adapters"][i][MaskGeneratorLayout.AdapterName(layer)];
                adapters[layer.Name] = new MaskAdapter(scope, block.OutChannels / config.Factor, block.InChannels / config.Factor, layer.Shape);
            }
        }

        weights.Complete("learned masks of this U-Net");
    }

    /// <summary>Sizes, and what the masks depend on.</summary>
    public LearnedMaskConfig Config { get; }

    /// <summary>The masked layers in execution order.</summary>
    public IReadOnlyList<MaskableLayer> Layers => [.. Layout.Blocks.SelectMany(block => block.Layers)];

    /// <summary>
    /// The weights by key, as in the released files with their names in front: <c>mask_generators.1.proj_temb.weight</c>,
    /// <c>adapters.1.attentions_0_transformer_blocks_0_attn1_to_q.conv_in.weight</c>. They belong to the model.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Weights => weights.Tensors;

    internal MaskGeneratorLayout Layout { get; }

    /// <summary>The weights that matter: a block without masked layers has a generator all the same, as in the released code.</summary>
    internal IReadOnlyDictionary<string, Tensor> Trained => Weights
        .Where(weight => Layout.Blocks[BlockOf(weight.Key)].Layers.Count > 0)
        .ToDictionary(weight => weight.Key, weight => weight.Value, StringComparer.Ordinal);

    /// <summary>Begins a model for a U-Net, in its type and on its device.</summary>
    /// <param name="unet">The U-Net; it stays its owner's.</param>
    /// <param name="config">Sizes; the paper's if null.</param>
    /// <param name="targets">Linear layers of the up blocks; <see cref="MaskTargets.DecoderAttention"/> if null.</param>
    /// <param name="initialization">How it begins; <see cref="MaskInitialization.Live"/> by default.</param>
    /// <param name="logit">What all logits are near to at the beginning; 5 by default, the released value, which keeps every weight.</param>
    /// <param name="seed">What its random weights follow from.</param>
    /// <exception cref="InvalidOptionException">The targets hold another layer, the U-Net has other names, or a size is out of range.</exception>
    public static LearnedMaskModel Create(
        IMaskedUNet unet,
        LearnedMaskConfig? config = null,
        MaskTargets? targets = null,
        MaskInitialization initialization = MaskInitialization.Live,
        double logit = 5,
        long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(unet);
        return Build(config ?? new(), (targets ?? MaskTargets.DecoderAttention).Of(unet).Layers, new InitialMaskWeights(initialization, logit, seed), unet);
    }

    /// <summary>Reads a file of <see cref="Save"/>, in the U-Net's type and on its device.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="unet">The U-Net that the masks are for; it stays its owner's.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, no file of learned masks, or of masks for another U-Net.</exception>
    public static LearnedMaskModel Load(string path, IMaskedUNet unet)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(unet);
        return LearnedMaskFile.Load(path, unet);
    }

    /// <summary>
    /// Reads a checkpoint of the released code, whose sizes and masked layers follow from the tensors. Any layout of PyTorch files, and
    /// safetensors, will do; on which device they were saved does not matter.
    /// </summary>
    /// <param name="maskGenerators">The file <c>mask_generators.pth</c>.</param>
    /// <param name="adapters">The file <c>adapters.pth</c>.</param>
    /// <param name="unet">The U-Net that the masks are for; it stays its owner's.</param>
    /// <param name="usesTimestep">Whether they were learned with the timestep, which the files do not say.</param>
    /// <param name="usesSample">Whether they were learned with the sample, which the files do not say.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged, another file, or of masks for another U-Net.</exception>
    public static LearnedMaskModel LoadReleased(string maskGenerators, string adapters, IMaskedUNet unet, bool usesTimestep = true, bool usesSample = true)
    {
        ArgumentNullException.ThrowIfNull(maskGenerators);
        ArgumentNullException.ThrowIfNull(adapters);
        ArgumentNullException.ThrowIfNull(unet);
        return ReleasedMaskFiles.Load(maskGenerators, adapters, unet, new LearnedMaskConfig { UsesTimestep = usesTimestep, UsesSample = usesSample });
    }

    /// <summary>Writes one safetensors file with sizes and layers in it, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="dataType">The type to store; the model's own by default.</param>
    /// <exception cref="CheckpointException">It cannot be written; what was there before is untouched.</exception>
    public void Save(string path, ScalarType? dataType = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        LearnedMaskFile.Save(this, path, dataType);
    }

    /// <summary>Writes <c>mask_generators.pth</c> and <c>adapters.pth</c> as the released code does, for <c>torch.load</c>.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <exception cref="CheckpointException">A file cannot be written; what was there before is untouched.</exception>
    public void SaveReleased(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ReleasedMaskFiles.Save(this, folder);
    }

    /// <summary>The masks of one evaluation.</summary>
    /// <param name="gumbelSigmoid">How masks are made of logits.</param>
    /// <param name="noise">The run's random numbers. They stay their owner's.</param>
    /// <param name="evaluation">The number of the evaluation in the run, from 0.</param>
    public IMaskGenerator Masks(GumbelSigmoid gumbelSigmoid, IMaskNoise noise, long evaluation)
    {
        ArgumentNullException.ThrowIfNull(gumbelSigmoid);
        ArgumentNullException.ThrowIfNull(noise);
        return new LearnedMaskGenerator(this, gumbelSigmoid, noise, evaluation);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => weights.Dispose();

    /// <summary>Refuses a U-Net that the masks are not for.</summary>
    /// <exception cref="InvalidOptionException">It has other sizes, another type, or another device.</exception>
    internal void RequireFit(IMaskedUNet unet)
    {
        var layers = unet.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var foreign = Layers.FirstOrDefault(layer => !layers.TryGetValue(layer.Name, out var own) || !own.Shape.SequenceEqual(layer.Shape));
        if (foreign is not null)
        {
            throw new InvalidOptionException($"The learned masks are for another U-Net: this one has no {foreign.Name} [{string.Join(", ", foreign.Shape)}].");
        }

        if (unet.DataType != weights.DataType || unet.Device.type != weights.Device.type || unet.Device.index != weights.Device.index)
        {
            throw new InvalidOptionException(
                $"The learned masks are {weights.DataType} on {weights.Device}, the U-Net {unet.DataType} on {unet.Device}: load the masks for this U-Net.");
        }
    }

    /// <summary>A model for layers of a U-Net, in its type and on its device.</summary>
    internal static LearnedMaskModel Build(LearnedMaskConfig config, IReadOnlyList<MaskableLayer> layers, IWeightSource source, IMaskedUNet unet) =>
        new(config, MaskGeneratorLayout.Of(unet, layers), source, unet.DataType, unet.Device);

    /// <summary>The output of a block's generator, which is the same for all its layers.</summary>
    internal Tensor Generate(int block, Tensor hidden, Tensor skip, Tensor timeEmbedding) => generators[block].Forward(hidden, skip, timeEmbedding);

    /// <summary>A layer's adapter; null where the layer is not masked.</summary>
    internal MaskAdapter? AdapterOf(MaskableLayer layer) => adapters.GetValueOrDefault(layer.Name);

    /// <summary>The number of the up block that a weight belongs to.</summary>
    internal static int BlockOf(string weight) => int.Parse(weight.Split('.')[1], CultureInfo.InvariantCulture);

    private static void RequireSizes(LearnedMaskConfig config, MaskGeneratorLayout layout)
    {
        var narrowest = layout.Blocks.Min(block => Math.Min(block.InChannels, block.OutChannels));
        if (config.Factor > narrowest)
        {
            throw new InvalidOptionException($"Factor is {config.Factor}, but the U-Net's narrowest up block has {narrowest} channels: take a factor of at most that.");
        }
    }
}
