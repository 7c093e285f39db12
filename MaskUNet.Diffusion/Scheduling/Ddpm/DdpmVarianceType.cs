namespace MaskUNet.Scheduling;

/// <summary>The variance of the noise that DDPM adds: arXiv 2006.11239, section 3.2.</summary>
public enum DdpmVarianceType
{
    /// <summary>That of the posterior, the lower bound (<c>fixed_small</c>, <c>fixed_small_log</c>).</summary>
    FixedSmall,

    /// <summary>That of the forward step, the upper bound (<c>fixed_large</c>, <c>fixed_large_log</c>).</summary>
    FixedLarge,
}
