using System.Collections.Frozen;
using System.Globalization;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Bernoulli masks, drawn once: each weight is zeroed with the same probability (paper, section 3.1 and Figure 1). One mask for the whole
/// batch and every timestep.
/// </summary>
/// <remarks>Safe to use from several threads at once. Owns its masks: one byte a weight.</remarks>
public sealed class RandomMaskGenerator : IMaskGenerator, ILayerMasks, IDisposable
{
    private readonly FrozenDictionary<string, Tensor> masks;

    /// <summary>Draws the masks.</summary>
    /// <param name="targets">The layers to mask.</param>
    /// <param name="ratio">The share of weights set to zero, in [0, 1].</param>
    /// <param name="seed">
    /// The seed. For each layer in turn a uniform number a weight is drawn from PyTorch's CPU generator, row-major, and the weight stays
    /// where it is at least the ratio; so the masks do not depend on the number of threads.
    /// </param>
    /// <param name="device">The U-Net's device, where the masks must lie too.</param>
    /// <exception cref="InvalidOptionException">The ratio is out of range.</exception>
    public RandomMaskGenerator(MaskTargetSet targets, double ratio, long seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(device);
        CheckRatio(ratio);
        Targets = targets;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        masks = targets.Layers.ToFrozenDictionary(layer => layer.Name, layer => Draw(layer, ratio, generator, device));
        foreach (var mask in masks.Values)
        {
            mask.DetachFromDisposeScope();
        }
    }

    /// <summary>What is masked.</summary>
    public MaskTargetSet Targets { get; }

    /// <inheritdoc/>
    public bool MasksEncoder => Targets.IncludesEncoder;

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => this;

    /// <inheritdoc/>
    public Tensor? For(MaskableLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return masks.GetValueOrDefault(layer.Name);
    }

    /// <summary>Frees the masks.</summary>
    public void Dispose()
    {
        foreach (var mask in masks.Values)
        {
            mask.Dispose();
        }
    }

    internal static void CheckRatio(double ratio)
    {
        if (!(ratio is >= 0 and <= 1))
        {
            throw new InvalidOptionException($"The mask ratio is {ratio.ToString(CultureInfo.InvariantCulture)}; it is the share of weights set to zero and must lie between 0 and 1.");
        }
    }

    private static Tensor Draw(MaskableLayer layer, double ratio, Generator generator, Device device)
    {
        using var scope = NewDisposeScope();
        return rand([.. layer.Shape], generator: generator).ge(ratio).to(device).MoveToOuterDisposeScope();
    }
}
