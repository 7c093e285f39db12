using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Denoising diffusion implicit models: Song et al., arXiv 2010.02502; as diffusers' <c>DDIMScheduler</c>.</summary>
/// <remarks>
/// Knows <see cref="StepOptions.Eta"/> and <see cref="StepOptions.UseClippedModelOutput"/>. Immutable, safe to share between threads.
/// </remarks>
public sealed class DdimScheduler : TimestepScheduler
{
    private readonly DdimSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public DdimScheduler(DdimSchedulerOptions? options = null)
        : this(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr))
    {
    }

    private DdimScheduler(DdimSchedulerOptions options, NoiseSchedule schedule)
        : base(options, schedule, options.Limit, options.SetAlphaToOne ? 1 : schedule.AlphasCumprod[0]) => this.options = options;

    private protected override SamplingSchedule Space(int steps) => EvenSchedule(TimestepSpacer.Discrete(options, steps), steps);

    // Equations 12 and 16, where the paper's alpha is alphas_cumprod:
    //   alpha          alpha_t                    original   the predicted x_0, f_theta of equation 9
    //   previousAlpha  alpha_{t-1}                epsilon    epsilon_theta(x_t)
    //   deviation      sigma_t(eta), equation 16  direction  the "direction pointing to x_t"
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<RunState>(state);
        var level = Level(state);
        var alpha = AlphaCumprod((int)state.Timestep);
        var previousAlpha = AlphaCumprod(state.Schedule.PreviousTimesteps[state.Index]);

        var original = Original(state, output, sample);
        var epsilon = run.Options.UseClippedModelOutput ? level.EpsilonOf(original, sample) : level.Epsilon(PredictionType, output, sample);
        var deviation = run.Options.Eta * Math.Sqrt((1 - previousAlpha) / (1 - alpha) * (1 - (alpha / previousAlpha)));
        var direction = Math.Sqrt(Math.Max(0, 1 - previousAlpha - (deviation * deviation))) * epsilon;
        var previous = (Math.Sqrt(previousAlpha) * original) + direction;
        if (run.Options.Eta > 0)
        {
            previous += deviation * Draw(noise, sample);
        }

        return new(previous, original, run with { Index = run.Index + 1 });
    }
}
