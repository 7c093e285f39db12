using System.Globalization;
using MaskUNet.Masking;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>
/// Trains a <see cref="LearnedMaskModel"/> by the diffusion loss (paper, section 3.2): the U-Net stays frozen, its encoder half runs without
/// gradients, and every batch draws masks of its own.
/// </summary>
/// <remarks>
/// Masks and U-Net stay their owners'. The metrics have <c>kept BLOCK</c>, the share of weights that the masks keep, and
/// <c>gradient_norm BLOCK</c> for each masked block.
/// </remarks>
public sealed class MaskTrainer : Trainer
{
    private readonly LearnedMaskModel masks;
    private readonly IMaskedUNet unet;
    private readonly IDiffusionExamples examples;
    private readonly DiffusionObjective objective;
    private readonly GumbelSigmoid gumbelSigmoid;

    /// <summary>Prepares a training.</summary>
    /// <param name="masks">The masks; float32.</param>
    /// <param name="unet">The U-Net that they are for.</param>
    /// <param name="examples">What they are trained on.</param>
    /// <param name="objective">What the U-Net predicts.</param>
    /// <param name="options">How to train; <see cref="Defaults"/> if null.</param>
    /// <param name="gumbelSigmoid">How masks are made of logits; the paper's way if null.</param>
    /// <exception cref="InvalidOptionException">An option is out of range, or the masks are for another U-Net.</exception>
    public MaskTrainer(
        LearnedMaskModel masks,
        IMaskedUNet unet,
        IDiffusionExamples examples,
        DiffusionObjective objective,
        TrainingOptions? options = null,
        GumbelSigmoid? gumbelSigmoid = null)
        : base(options ?? Defaults)
    {
        ArgumentNullException.ThrowIfNull(masks);
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(objective);
        objective.Validate();
        masks.RequireFit(unet);
        (this.masks, this.unet, this.examples, this.objective) = (masks, unet, examples, objective);
        this.gumbelSigmoid = gumbelSigmoid ?? new();
        this.gumbelSigmoid.Validate();
    }

    /// <summary>The released recipe: AdamW with a learning rate of 1e-5 and a weight decay of 1e-2, 9,000 steps of 32 examples, 4 at a time.</summary>
    public static TrainingOptions Defaults { get; } = new() { Steps = 9000, BatchSize = 4, Accumulation = 8, LearningRate = 1e-5, WeightDecay = 1e-2 };

    /// <inheritdoc/>
    protected override string Name => "learned masks";

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Tensor> Parameters => masks.Trained;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(objective.Settings, StringComparer.Ordinal)
    {
        ["Examples"] = examples.Name,
        ["Masks"] = string.Create(CultureInfo.InvariantCulture, $"{masks.Config} of {masks.Layers.Count} layers"),
        ["UNet"] = WeightFingerprint.Of(unet, masks.Layers),
        ["GumbelSigmoid"] = string.Create(CultureInfo.InvariantCulture, $"{gumbelSigmoid}"),
    };

    /// <inheritdoc/>
    protected override Tensor Loss(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var batch = examples.Draw(step, objective.CaptionDropout);
        return DiffusionLoss.Of(objective, batch.Latents, step, (noisy, timesteps) => Predict(step, new UNetInput(noisy, timesteps, batch.TextStates)));
    }

    /// <inheritdoc/>
    protected override string? GradientGroup(string parameter) => MaskGeneratorLayout.Name(LearnedMaskModel.BlockOf(parameter));

    private Tensor Predict(TrainingStep step, UNetInput input)
    {
        UNetFeatures features;
        using (no_grad())
        {
            features = unet.Encode(input, NoMasks.Instance);
        }

        using var noise = new CounterMaskNoise(step.NextSeed());
        var kept = new KeptWeights();
        var prediction = unet.Decode(features, new ObservedMasks(masks.Masks(gumbelSigmoid, noise, evaluation: 0), kept.Add));
        foreach (var (block, ratio) in kept.Ratios)
        {
            step.Report($"kept {block}", ratio);
        }

        return prediction;
    }

    /// <summary>Counts what the masks of a pass keep.</summary>
    private sealed class KeptWeights
    {
        private readonly SortedDictionary<string, (double Kept, long Count)> blocks = new(StringComparer.Ordinal);

        public IEnumerable<(string Block, double Ratio)> Ratios => blocks.Select(block => (block.Key, block.Value.Kept / block.Value.Count));

        public void Add(MaskableLayer layer, Tensor mask)
        {
            using var sum = mask.detach().sum();
            var (kept, count) = blocks.GetValueOrDefault(layer.Block);
            blocks[layer.Block] = (kept + sum.item<float>(), count + mask.numel());
        }
    }
}
