using MaskUNet.Training;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>A logit for each weight that may be masked (paper, section 3.3: l), and the optimiser that moves them.</summary>
internal sealed class MaskLogits : IDisposable
{
    private readonly MaskTargetSet targets;
    private readonly RewardGuidedOptions options;
    private readonly ScalarType maskType;
    private long updates;

    public MaskLogits(RewardGuidedOptions options, IMaskedUNet unet)
    {
        this.options = options;
        targets = options.Targets.Of(unet);
        maskType = unet.DataType;
        // Steps of 1e-2 are too fine for half precision.
        var type = maskType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Values = targets.Layers.ToDictionary(
            layer => layer.Name,
            layer => full([.. layer.Shape], options.InitialLogit, type, unet.Device, requires_grad: true).DetachFromDisposeScope(),
            StringComparer.Ordinal);
        Optimizer = new AdamW(Values, new TrainingOptions { WeightDecay = options.WeightDecay });
    }

    /// <summary>The logits by the layer's path.</summary>
    public IReadOnlyDictionary<string, Tensor> Values { get; }

    /// <summary>The optimiser, whose moments last as long as the run.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The masks of one evaluation.</summary>
    public LogitMasks Masks(IMaskNoise noise, long evaluation) => new(targets, Values, options.GumbelSigmoid, noise, evaluation, maskType);

    /// <summary>Every logit is what it was at the beginning. The optimiser's moments stay.</summary>
    public void Reset()
    {
        using var frozen = no_grad();
        foreach (var logits in Values.Values)
        {
            logits.fill_(options.InitialLogit);
        }
    }

    /// <summary>Moves the logits by the gradients that a backward pass left, and frees those.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        Optimizer.Step(ParameterGradients.Of(Values), ++updates, options.LearningRate);
        foreach (var logits in Values.Values)
        {
            logits.grad = null;
        }
    }

    public void Dispose()
    {
        NamedTensors.Dispose(Values);
        Optimizer.Dispose();
    }
}
