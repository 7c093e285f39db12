using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// Euler's method: Karras et al., arXiv 2206.00364, algorithm 2 without its second-order part; as diffusers' <c>EulerDiscreteScheduler</c>.
/// </summary>
/// <remarks>Knows <see cref="StepOptions.Churn"/> and its companions. Immutable, safe to share between threads.</remarks>
public sealed class EulerDiscreteScheduler : VarianceExplodingScheduler
{
    private const double LargestGamma = 0.41421356237309515; // sqrt(2) - 1
    private readonly EulerDiscreteSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public EulerDiscreteScheduler(EulerDiscreteSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr, TerminalAlphaCumprod), SampleLimit.None) =>
            this.options = options;

    /// <summary>Makes a schedule of timesteps of the caller's choice.</summary>
    /// <param name="timesteps">Training timesteps or points between them, descending.</param>
    /// <exception cref="InvalidOptionException">
    /// The list is empty, not descending or out of range, or noise levels choose the timesteps.
    /// </exception>
    public SamplingSchedule CreateSchedule(IReadOnlyList<double> timesteps)
    {
        RequireTimestepSpacing(options.SigmaSpacing);
        if (options.HasContinuousTimesteps)
        {
            throw new InvalidOptionException(
                $"the timesteps are {TimestepType.Continuous}, so noise levels choose them: call {nameof(CreateScheduleFromSigmas)}.");
        }

        return AtTimesteps(CustomTimesteps.Check(timesteps, TrainTimesteps));
    }

    /// <summary>Makes a schedule of noise levels of the caller's choice.</summary>
    /// <param name="sigmas">The levels, descending, one more than steps: the last is where the run ends, 0 for the clean sample.</param>
    /// <exception cref="InvalidOptionException">There are fewer than two levels, or they do not descend to 0 or above.</exception>
    public SamplingSchedule CreateScheduleFromSigmas(IReadOnlyList<double> sigmas)
    {
        ArgumentNullException.ThrowIfNull(sigmas);
        if (sigmas.Count < 2 || !(sigmas[^1] >= 0) || sigmas.Zip(sigmas.Skip(1)).Any(pair => !(pair.First > pair.Second)))
        {
            throw new InvalidOptionException(
                $"the noise levels are {string.Join(", ", sigmas.Select(sigma => FormattableString.Invariant($"{sigma}")))}: give two or more, descending, none below 0.");
        }

        return At([.. sigmas.SkipLast(1)], sigmas[^1]);
    }

    private protected override SamplingSchedule Space(int steps) => AtTimesteps(TimestepSpacer.Continuous(options, steps));

    // Algorithm 2, lines 4 to 8: sigma is t_i, sigmaHat t-hat_i, next t_{i+1}; the Euler step x + (next - sigmaHat) (x - x_0) / sigmaHat
    // is written as a mix of x and x_0, which loses less to rounding.
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<RunState>(state);
        var (sigma, next) = (Sigma(state), Sigma(state, 1));
        var gamma = sigma >= run.Options.ChurnMin && sigma <= run.Options.ChurnMax
            ? Math.Min(run.Options.Churn / (state.Schedule.Sigmas.Count - 1), LargestGamma)
            : 0;
        var sigmaHat = sigma * (1 + gamma);
        if (gamma > 0)
        {
            sample += run.Options.ChurnNoise * Math.Sqrt((sigmaHat * sigmaHat) - (sigma * sigma)) * Draw(noise, sample);
        }

        // The velocity was predicted at sigma; the reference implementation reads it there, but noise at sigmaHat.
        var level = new NoiseLevel(Alpha: 1, PredictionType == PredictionType.VPrediction ? sigma : sigmaHat);
        var original = level.Original(PredictionType, output, sample);
        return new(Move(sample, original, sigmaHat, next), original, run with { Index = run.Index + 1 });
    }

    private SamplingSchedule AtTimesteps(IReadOnlyList<double> timesteps)
    {
        double[] sigmas = options.InterpolationType == SigmaInterpolation.Linear
            ? [.. timesteps.Select(Table.At)]
            : SigmaTable.Spread(SigmaSpacing.Exponential, Table.Max, Table.Min, timesteps.Count + 1);
        if (options.SigmaSpacing != SigmaSpacing.Timesteps)
        {
            var (max, min) = (options.SigmaMax ?? sigmas[0], options.SigmaMin ?? sigmas[^1]);
            return At(SigmaTable.Spread(options.SigmaSpacing, max, min, timesteps.Count), FinalSigma(options.FinalSigmasType));
        }

        return Continuous(ScaledSchedule(timesteps, sigmas, FinalSigma(options.FinalSigmasType)));
    }

    private SamplingSchedule At(double[] sigmas, double final) =>
        Continuous(ScaledSchedule(sigmas.Select(Table.TimestepOf), sigmas, final));

    private SamplingSchedule Continuous(SamplingSchedule schedule) => !options.HasContinuousTimesteps ? schedule : schedule with
    {
        Timesteps = [.. schedule.Sigmas.Take(schedule.Timesteps.Count).Select(sigma => (double)(0.25f * MathF.Log(sigma)))],
    };
}
