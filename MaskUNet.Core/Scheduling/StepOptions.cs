namespace MaskUNet.Scheduling;

/// <summary>What a caller may choose for the steps of a run. Schedulers ignore what they do not know.</summary>
public sealed record StepOptions
{
    /// <summary>The defaults.</summary>
    public static StepOptions Default { get; } = new();

    /// <summary>DDIM's eta: 0 (default) is deterministic, 1 has the variance of DDPM. In [0, 1].</summary>
    public double Eta { get; init; }

    /// <summary>DDIM: whether epsilon is recomputed from the clipped estimate of the clean sample.</summary>
    public bool UseClippedModelOutput { get; init; }

    /// <summary>Euler: Karras et al.'s S_churn, how much noise is added before a step; 0 (default) adds none.</summary>
    public double Churn { get; init; }

    /// <summary>Euler: S_tmin, the lowest noise level at which <see cref="Churn"/> acts.</summary>
    public double ChurnMin { get; init; }

    /// <summary>Euler: S_tmax, the highest noise level at which <see cref="Churn"/> acts.</summary>
    public double ChurnMax { get; init; } = double.PositiveInfinity;

    /// <summary>Euler: S_noise, the standard deviation of added noise.</summary>
    public double ChurnNoise { get; init; } = 1;

    /// <summary>Checks ranges. A scheduler calls this when a run starts.</summary>
    /// <exception cref="InvalidOptionException">A value is out of range.</exception>
    public void Validate()
    {
        Require(Eta is >= 0 and <= 1, nameof(Eta), Eta, "give 0 (DDIM) to 1 (DDPM)");
        Require(Churn >= 0, nameof(Churn), Churn, "give 0 or more");
        Require(ChurnMin >= 0, nameof(ChurnMin), ChurnMin, "give a noise level");
        Require(ChurnMax >= ChurnMin, nameof(ChurnMax), ChurnMax, FormattableString.Invariant($"give a noise level from {nameof(ChurnMin)}, {ChurnMin}, on"));
        Require(ChurnNoise >= 0, nameof(ChurnNoise), ChurnNoise, "give 0 or more");
    }

    private static void Require(bool holds, string option, double value, string remedy)
    {
        if (!holds)
        {
            throw new InvalidOptionException(FormattableString.Invariant($"{nameof(StepOptions)}.{option} is {value}: {remedy}."));
        }
    }
}
