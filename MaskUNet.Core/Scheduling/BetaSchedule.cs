namespace MaskUNet.Scheduling;

/// <summary>How the variance of the noise grows over the training timesteps (diffusers' <c>beta_schedule</c>).</summary>
public enum BetaSchedule
{
    /// <summary>Betas grow linearly: DDPM (arXiv 2006.11239).</summary>
    Linear,

    /// <summary>The square roots of the betas grow linearly: Stable Diffusion.</summary>
    ScaledLinear,

    /// <summary>Betas follow a squared cosine (<c>squaredcos_cap_v2</c>): Improved DDPM (arXiv 2102.09672), equation 17.</summary>
    SquaredCosine,

    /// <summary>Betas follow a sigmoid: GeoDiff.</summary>
    Sigmoid,

    /// <summary>The cumulated alphas fall exponentially, exp(-12 t).</summary>
    Exponential,
}
