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
        : this(targets, ratio, seed, device, _ => null)
    {
    }

    /// <summary>Draws masks that spare large weights.</summary>
    /// <param name="unet">The U-Net that is masked.</param>
    /// <param name="targets">The layers to mask.</param>
    /// <param name="ratio">The share of the weights in question that are set to zero, in [0, 1].</param>
    /// <param name="seed">The seed, as of the other constructor.</param>
    /// <param name="smallest">
    /// The share of each layer's weights, those of smallest magnitude, that are in question, in [0, 1]: with a ratio of 1 they are all zeroed.
    /// </param>
    /// <exception cref="InvalidOptionException">A share is out of range.</exception>
    public RandomMaskGenerator(IMaskedUNet unet, MaskTargetSet targets, double ratio, long seed, double smallest)
        : this(targets, ratio, seed, (unet ?? throw new ArgumentNullException(nameof(unet))).Device, layer => IsLarge(unet.Weight(layer), Checked(smallest)))
    {
    }

    private RandomMaskGenerator(MaskTargetSet targets, double ratio, long seed, Device device, Func<MaskableLayer, Tensor?> spared)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(device);
        CheckRatio(ratio);
        Targets = targets;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        masks = targets.Layers.ToFrozenDictionary(layer => layer.Name, layer => Draw(layer, ratio, generator, device, spared(layer)));
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

    internal static double Checked(double smallest) => smallest is >= 0 and <= 1
        ? smallest
        : throw new InvalidOptionException(
            $"The share of the smallest weights is {smallest.ToString(CultureInfo.InvariantCulture)}; only they may be set to zero, and it must lie between 0 and 1.");

    private static Tensor Draw(MaskableLayer layer, double ratio, Generator generator, Device device, Tensor? spared)
    {
        using var scope = NewDisposeScope();
        var kept = rand([.. layer.Shape], generator: generator).ge(ratio).to(device);
        return (spared is null ? kept : kept.logical_or(spared)).MoveToOuterDisposeScope();
    }

    // The weights above the magnitude below which the given share of them lies; ties are spared together.
    private static Tensor? IsLarge(Tensor weight, double smallest)
    {
        var count = (long)(smallest * weight.numel());
        if (count == weight.numel())
        {
            return null;
        }

        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        var magnitudes = weight.abs();
        return magnitudes.ge(magnitudes.reshape(-1).sort().Values[count]).MoveToOuterDisposeScope();
    }
}
