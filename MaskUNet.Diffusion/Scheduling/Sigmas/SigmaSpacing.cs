namespace MaskUNet.Scheduling;

/// <summary>How the noise levels of a run are chosen.</summary>
public enum SigmaSpacing
{
    /// <summary>Those of the timesteps, as <see cref="TimestepSpacing"/> spreads them.</summary>
    Timesteps,

    /// <summary>Even in the seventh root of sigma: Karras et al., arXiv 2206.00364, equation 5 (<c>use_karras_sigmas</c>).</summary>
    Karras,

    /// <summary>Even in the logarithm of sigma (<c>use_exponential_sigmas</c>).</summary>
    Exponential,

    /// <summary>Quantiles of the beta distribution with both parameters 0.6: arXiv 2407.12173 (<c>use_beta_sigmas</c>).</summary>
    Beta,

    /// <summary>
    /// Even in lambda, the half log signal-to-noise ratio: DPM-Solver, arXiv 2206.00927, with timesteps rounded (<c>use_lu_lambdas</c>).
    /// </summary>
    Lu,
}
