using MaskUNet.Kernels;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Makes masks of logits (paper, Eq. 5): m = sigma((S + g) / tau), where g is noise; hard masks are 1 where m exceeds the threshold delta and 0
/// elsewhere, with the gradient of the soft ones (straight-through). Defaults and noise are the released code's.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed record GumbelSigmoid
{
    /// <summary>tau, above 0; 1 by default. Hard masks depend on it only where the threshold is not 0.5; the gradient always does.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>delta, in (0, 1); 0.5 by default.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>True (default) for masks of zeros and ones, false for shares in between.</summary>
    public bool Hard { get; init; } = true;

    /// <summary>The noise; <see cref="GumbelNoise.SingleSided"/> by default.</summary>
    public GumbelNoise Noise { get; init; }

    // S + g above this is m above the threshold.
    private double Bound => Temperature * Math.Log(Threshold / (1 - Threshold));

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidOptionException">Names all that are out of range.</exception>
    public void Validate()
    {
        var problems = new OptionProblems();
        problems.Above(nameof(Temperature), Temperature, 0);
        problems.Within(nameof(Threshold), Threshold is > 0 and < 1, Threshold, "between 0 and 1");
        problems.Defined(nameof(Noise), Noise);
        problems.Refuse("the Gumbel-Sigmoid");
    }

    /// <summary>Draws the mask of a layer.</summary>
    /// <param name="logits">S, [out, in] or [B, out, in].</param>
    /// <param name="noise">The run's random numbers.</param>
    /// <param name="draw">What they are for.</param>
    /// <returns>What <see cref="Apply"/> gives.</returns>
    public Tensor Draw(Tensor logits, IMaskNoise noise, MaskDraw draw)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = NewDisposeScope();
        if (!IsDrawnByCounting(logits, noise))
        {
            return Apply(logits, DrawNoise(logits, noise, draw)).MoveToOuterDisposeScope();
        }

        if (Gradients.AreRecorded(logits))
        {
            return StraightThroughMask.Apply(logits, new(Bound, Temperature, ((CounterMaskNoise)noise).Keys(draw, logits.shape))).MoveToOuterDisposeScope();
        }

        var masks = empty(logits.shape, ScalarType.Bool);
        var samples = logits.dim() > 2 ? (int)logits.shape[0] : 1;
        for (var sample = 0; sample < samples; sample++)
        {
            DrawSample(logits.dim() > 2 ? logits[sample] : logits, (CounterMaskNoise)noise, draw, masks, sample);
        }

        return masks.MoveToOuterDisposeScope();
    }

    /// <summary>Whether masks come in one pass, the noise never written down; the same masks but for what rounding does at the bound.</summary>
    /// <param name="logits">S, or what it is computed from.</param>
    /// <param name="noise">The run's random numbers.</param>
    internal bool DrawsInOnePass(Tensor logits, IMaskNoise noise) => IsDrawnByCounting(logits, noise) && !Gradients.AreRecorded(logits);

    /// <summary>Draws the mask of one sample in one pass.</summary>
    /// <param name="logits">S, [out, in].</param>
    /// <param name="noise">The run's random numbers.</param>
    /// <param name="draw">What they are for.</param>
    /// <param name="masks">Those of all samples, boolean and contiguous; its own is filled.</param>
    /// <param name="sample">The sample's number.</param>
    internal void DrawSample(Tensor logits, CounterMaskNoise noise, MaskDraw draw, Tensor masks, int sample) =>
        HardMaskKernel.Fill(logits, Bound, noise.Key(draw, sample), masks, sample * logits.numel());

    /// <summary>
    /// Draws the mask of one sample, as <see cref="DrawSample(Tensor, CounterMaskNoise, MaskDraw, Tensor, int)"/> does, of logits that are a product and are made
    /// only where the random number could drop the weight.
    /// </summary>
    /// <param name="rows">[out, k].</param>
    /// <param name="columns">[in, k]; in is even.</param>
    /// <param name="bias">[in]. S is rows columns^T + bias.</param>
    /// <param name="doubts">What <see cref="Doubt"/> gives of each row's lowest logit.</param>
    /// <param name="noise">The run's random numbers.</param>
    /// <param name="draw">What they are for.</param>
    /// <param name="masks">Those of all samples, boolean and contiguous; its own is filled.</param>
    /// <param name="sample">The sample's number.</param>
    internal void DrawSample(
        Tensor rows, Tensor columns, Tensor bias, IReadOnlyList<float> doubts, CounterMaskNoise noise, MaskDraw draw, Tensor masks, int sample) =>
        ProductMaskKernel.Fill(rows, columns, bias, doubts, Bound, noise.Key(draw, sample), masks, sample * rows.shape[0] * columns.shape[0]);

    /// <summary>The share of random numbers that may drop a weight whose logit is not below a limit, which is what the greatest of them is.</summary>
    /// <param name="lowest">The limits; room for rounding is added.</param>
    internal Tensor Doubt(Tensor lowest)
    {
        using var scope = NewDisposeScope();
        return (lowest - (Bound + 0.01)).exp().neg().exp().MoveToOuterDisposeScope();
    }

    /// <summary>The noise g for logits.</summary>
    /// <param name="like">The logits: shape, device and type, at least float32.</param>
    /// <param name="noise">The run's random numbers.</param>
    /// <param name="draw">What they are for.</param>
    public Tensor DrawNoise(Tensor like, IMaskNoise noise, MaskDraw draw)
    {
        ArgumentNullException.ThrowIfNull(like);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = NewDisposeScope();
        var logarithm = LogExponential(like, noise, draw);
        var gumbel = Noise == GumbelNoise.Logistic
            ? LogExponential(like, noise, draw with { Part = 1 }).sub_(logarithm)
            : logarithm.neg_();
        return gumbel.MoveToOuterDisposeScope();
    }

    /// <summary>The mask of logits under noise. Differentiable by the logits.</summary>
    /// <param name="logits">S, any shape.</param>
    /// <param name="gumbel">g, of the same shape.</param>
    /// <returns>Of the logits' type; boolean where it is hard and no gradients are recorded.</returns>
    public Tensor Apply(Tensor logits, Tensor gumbel)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(gumbel);
        using var scope = NewDisposeScope();
        var noisy = logits + gumbel;
        var hard = Hard ? noisy.detach().gt(Bound) : null;
        if (hard is not null && !Gradients.AreRecorded(logits))
        {
            return hard.MoveToOuterDisposeScope();
        }

        var soft = (Temperature == 1 ? noisy : noisy / Temperature).sigmoid();
        var mask = hard is null ? soft : soft - soft.detach() + hard; // the first two cancel to 0 exactly, so that hard masks stay so
        return (mask.dtype == logits.dtype ? mask : mask.to(logits.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>How probable it is that a hard mask keeps a weight.</summary>
    /// <param name="logit">Its logit.</param>
    public double KeepProbability(double logit)
    {
        var odds = Math.Exp(logit - Bound);
        return Noise == GumbelNoise.Logistic ? 1 - (1 / (1 + odds)) : 1 - Math.Exp(-odds);
    }

    private bool IsDrawnByCounting(Tensor logits, IMaskNoise noise) =>
        Hard && Noise == GumbelNoise.SingleSided && noise is CounterMaskNoise && HardMaskKernel.Fits(logits);

    private static Tensor LogExponential(Tensor like, IMaskNoise noise, MaskDraw draw)
    {
        var drawn = noise.Exponential(draw, like.shape, like.device);
        return (like.dtype == ScalarType.Float64 ? drawn.to(float64) : drawn).log_();
    }
}
