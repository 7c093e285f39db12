using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Bernoulli masks (paper, section 3.1 and Figure 1: some random masks improve a picture, most harm it): one for the whole run, or
/// another at every step. The same seed gives the same masks.
/// </summary>
public sealed class RandomMasks : MaskStrategy
{
    private const string Smallest = "smallest";

    private readonly double ratio;
    private readonly long seed;
    private readonly MaskTargets targets;
    private readonly bool eachStep;
    private readonly double smallest;

    /// <summary>Creates the strategy.</summary>
    /// <param name="ratio">The share of weights set to zero, in [0, 1]. At 0 the picture is the plain one, bit for bit.</param>
    /// <param name="seed">The seed of the mask; apart from the picture's.</param>
    /// <param name="targets">What is masked; <see cref="MaskTargets.DecoderAttention"/> by default.</param>
    /// <param name="eachStep">True to draw a new mask at every step, from the seed plus the step's index; false (default) for one mask a run.</param>
    /// <param name="smallest">
    /// The share of each layer's weights, those of smallest magnitude, that may be zeroed, in [0, 1]; 1 (default) for all. With a ratio of 1
    /// nothing is left to chance: the smallest weights are zeroed, the others stay.
    /// </param>
    /// <exception cref="InvalidOptionException">A share is out of range.</exception>
    public RandomMasks(double ratio, long seed = 0, MaskTargets? targets = null, bool eachStep = false, double smallest = 1)
    {
        RandomMaskGenerator.CheckRatio(ratio);
        (this.ratio, this.seed, this.targets, this.eachStep) = (ratio, seed, targets ?? MaskTargets.DecoderAttention, eachStep);
        this.smallest = RandomMaskGenerator.Checked(smallest);
    }

    /// <inheritdoc/>
    public override Tensor Predict(IDenoisingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!eachStep)
        {
            return step.Predict(step.Run.Keep(this, () => Draw(targets.Of(step.UNet), seed)));
        }

        using var masks = Draw(step.Run.Keep(this, () => targets.Of(step.UNet)), seed + step.Index);
        return step.Predict(masks);

        RandomMaskGenerator Draw(MaskTargetSet covered, long maskSeed) => new(step.UNet, covered, ratio, maskSeed, smallest);
    }

    /// <inheritdoc/>
    public override JsonObject Describe() => new()
    {
        [MaskDescriptions.Kind] = MaskDescriptions.Random,
        ["ratio"] = ratio,
        ["seed"] = seed,
        ["targets"] = targets.ToString(),
        ["eachStep"] = eachStep,
        [Smallest] = smallest,
    };

    /// <summary>What it does, for reports.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"random masks, ratio {ratio}, seed {seed}, {targets}{(smallest < 1 ? $", of the smallest {smallest} of them" : "")}{(eachStep ? ", new ones at each step" : "")}");

    /// <summary>The strategy of a description; null where its targets are a rule of the user's own, or it is damaged.</summary>
    internal static RandomMasks? Restore(JsonObject description)
    {
        try
        {
            return MaskTargets.Named(MaskDescriptions.Text(description["targets"])) is { } targets
                ? new RandomMasks((double)description["ratio"]!, (long)description["seed"]!, targets, (bool)description["eachStep"]!, (double?)description[Smallest] ?? 1)
                : null;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentNullException or InvalidOptionException)
        {
            return null;
        }
    }
}
