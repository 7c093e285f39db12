using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// One Bernoulli mask for the whole run (paper, section 3.1: some random masks improve a picture, most harm it). The same seed gives the
/// same mask.
/// </summary>
public sealed class RandomMasks : MaskStrategy
{
    private readonly double ratio;
    private readonly long seed;
    private readonly MaskTargets targets;

    /// <summary>Creates the strategy.</summary>
    /// <param name="ratio">The share of weights set to zero, in [0, 1]. At 0 the picture is the plain one, bit for bit.</param>
    /// <param name="seed">The seed of the mask; apart from the picture's.</param>
    /// <param name="targets">What is masked; <see cref="MaskTargets.DecoderAttention"/> by default.</param>
    /// <exception cref="InvalidOptionException">The ratio is out of range.</exception>
    public RandomMasks(double ratio, long seed = 0, MaskTargets? targets = null)
    {
        RandomMaskGenerator.CheckRatio(ratio);
        (this.ratio, this.seed, this.targets) = (ratio, seed, targets ?? MaskTargets.DecoderAttention);
    }

    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Predict(step.Run.Keep(this, () => new RandomMaskGenerator(targets.Of(step.UNet), ratio, seed, step.UNet.Device)));
    }

    /// <summary>What it does, for reports.</summary>
    public override string ToString() => FormattableString.Invariant($"random masks, ratio {ratio}, seed {seed}, {targets}");
}
