using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Denoising diffusion probabilistic models: Ho et al., arXiv 2006.11239; as diffusers' <c>DDPMScheduler</c>.</summary>
/// <remarks>Models are trained with its noise schedule. Immutable, safe to share between threads.</remarks>
public sealed class DdpmScheduler : TimestepScheduler
{
    private const double SmallestVariance = 1e-20;
    private readonly DdpmSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public DdpmScheduler(DdpmSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr), options.Limit) => this.options = options;

    /// <summary>
    /// Makes a schedule of timesteps of the caller's choice; each step leads to the next one, the last to the clean sample.
    /// </summary>
    /// <param name="timesteps">Training timesteps, descending.</param>
    /// <exception cref="InvalidOptionException">The list is empty, not descending, or out of range.</exception>
    public SamplingSchedule CreateSchedule(IReadOnlyList<int> timesteps) => CustomSchedule(timesteps);

    private protected override SamplingSchedule Space(int steps) => EvenSchedule(TimestepSpacer.Discrete(options, steps), steps);

    // Equations 6 and 7, with t-1 standing for the timestep that the step leads to:
    //   alphaBar, previousAlphaBar   the cumulated alphas at t and t-1         alpha, beta   alpha_t, beta_t of the step between them
    //   mean                         mu-tilde_t(x_t, x_0), equation 7          variance      beta-tilde_t, or beta_t
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<RunState>(state);
        var alphaBar = AlphaCumprod((int)state.Timestep);
        var previousAlphaBar = AlphaCumprod(state.Schedule.PreviousTimesteps[state.Index]);
        var alpha = alphaBar / previousAlphaBar;
        var beta = 1 - alpha;

        var original = Original(state, output, sample);
        var mean = (Math.Sqrt(previousAlphaBar) * beta / (1 - alphaBar) * original)
            + (Math.Sqrt(alpha) * (1 - previousAlphaBar) / (1 - alphaBar) * sample);
        if (state.Timestep > 0)
        {
            var posterior = Math.Max(SmallestVariance, (1 - previousAlphaBar) / (1 - alphaBar) * beta);
            var variance = options.VarianceType == DdpmVarianceType.FixedSmall ? posterior : beta;
            mean += Math.Sqrt(variance) * Draw(noise, sample);
        }

        return new(mean, original, run with { Index = run.Index + 1 });
    }
}
