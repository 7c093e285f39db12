using System.Globalization;
using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Multistep sampling of latent consistency models: Luo et al., arXiv 2310.04378; as diffusers' <c>LCMScheduler</c>.</summary>
/// <remarks>For distilled models, with 1 to 8 steps. Immutable, safe to share between threads.</remarks>
public sealed class LcmScheduler : TimestepScheduler
{
    private const double SigmaData = 0.5; // of the boundary condition, as models were distilled
    private readonly LcmSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public LcmScheduler(LcmSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr), options.Limit) => this.options = options;

    /// <summary>Makes a schedule from another set of distillation timesteps.</summary>
    /// <param name="steps">The number of steps, at most <paramref name="originalInferenceSteps"/> times <paramref name="strength"/>.</param>
    /// <param name="originalInferenceSteps">The number of distillation timesteps, 1 to TrainTimesteps.</param>
    /// <param name="strength">The share of them, from the lowest noise up, that the run uses; in (0, 1].</param>
    /// <exception cref="InvalidOptionException">A number is out of range.</exception>
    public SamplingSchedule CreateSchedule(int steps, int originalInferenceSteps, double strength = 1)
    {
        if (originalInferenceSteps < 1 || originalInferenceSteps > TrainTimesteps)
        {
            throw new InvalidOptionException(
                $"the number of original inference steps is {originalInferenceSteps}: give 1 to {TrainTimesteps}, the number of " +
                "training timesteps.");
        }

        if (strength is not (> 0 and <= 1))
        {
            throw new InvalidOptionException(FormattableString.Invariant($"the strength is {strength}: give a value above 0, up to 1."));
        }

        var usable = (int)(originalInferenceSteps * strength);
        if (steps < 1 || steps > usable)
        {
            throw new InvalidOptionException(string.Create(CultureInfo.InvariantCulture,
                $"the number of steps is {steps}: give 1 to {usable}, the number of original inference steps ({originalInferenceSteps}) " +
                $"times the strength ({strength})."));
        }

        var skip = TrainTimesteps / originalInferenceSteps;
        return CustomSchedule([.. Enumerable.Range(0, steps).Select(i => ((usable - (int)(i * ((double)usable / steps))) * skip) - 1)]);
    }

    /// <summary>Makes a schedule of timesteps of the caller's choice.</summary>
    /// <param name="timesteps">Training timesteps, descending.</param>
    /// <exception cref="InvalidOptionException">The list is empty, not descending, or out of range.</exception>
    public SamplingSchedule CreateSchedule(IReadOnlyList<int> timesteps) => CustomSchedule(timesteps);

    private protected override SamplingSchedule Space(int steps) => CreateSchedule(steps, options.OriginalInferenceSteps);

    // Consistency models, arXiv 2303.01469: f(x, t) = c_skip(t) x + c_out(t) x_0, which is x itself at t = 0 (equation 5); then noise up to
    // the next level (algorithm 1).
    private protected override Tensor Original(SchedulerState state, Tensor output, Tensor sample)
    {
        var scaled = state.Timestep * options.TimestepScaling;
        var norm = (scaled * scaled) + (SigmaData * SigmaData);
        var (skip, keep) = (SigmaData * SigmaData / norm, scaled / Math.Sqrt(norm));
        return (keep * base.Original(state, output, sample)) + (skip * sample);
    }

    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var next = Own<RunState>(state) with { Index = state.Index + 1 };
        var denoised = Original(state, output, sample);
        return new(next.IsDone ? denoised : Level(next).AddNoise(denoised, Draw(noise, sample)), denoised, next);
    }
}
