using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Heun's method: Karras et al., arXiv 2206.00364, algorithm 1; as diffusers' <c>HeunDiscreteScheduler</c>.</summary>
/// <remarks>n steps make 2 n - 1 evaluations. Immutable, safe to share between threads.</remarks>
public sealed class HeunDiscreteScheduler : VarianceExplodingScheduler
{
    private readonly HeunDiscreteSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public HeunDiscreteScheduler(HeunDiscreteSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options), options.Limit) => this.options = options;

    /// <inheritdoc/>
    public override int EvaluationsPerStep => 2;

    /// <summary>Makes a schedule of timesteps of the caller's choice.</summary>
    /// <param name="timesteps">Training timesteps or points between them, descending.</param>
    /// <exception cref="InvalidOptionException">
    /// The list is empty, not descending or out of range, or noise levels choose the timesteps.
    /// </exception>
    public SamplingSchedule CreateSchedule(IReadOnlyList<double> timesteps)
    {
        RequireTimestepSpacing(options.SigmaSpacing);
        return AtTimesteps(CustomTimesteps.Check(timesteps, TrainTimesteps));
    }

    private protected override SamplingSchedule Space(int steps) => AtTimesteps(TimestepSpacer.Continuous(options, steps));

    private protected override SchedulerState Begin(SamplingSchedule schedule, int index, StepOptions options) =>
        index % EvaluationsPerStep == 0
        ? new HeunState(schedule, index)
        : throw new InvalidOptionException($"the begin index is {index}, in the middle of a step of two evaluations: give an even one.");

    // Algorithm 1: the first evaluation of a step, at t_i, makes an Euler step (lines 4 and 5); the second, at t_{i+1}, makes it again with
    // the mean of both slopes d_i and d'_i (lines 7 and 8).
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<HeunState>(state);
        var original = Original(state, output, sample);
        var slope = (sample - original) / Sigma(state);
        if (run is { Origin: { } origin, Slope: { } first })
        {
            var second = origin + ((Sigma(state) - Sigma(state, -1)) / 2 * (first + slope));
            return new(second, original, new HeunState(run.Schedule, run.Index + 1));
        }

        var moved = Move(sample, original, Sigma(state), Sigma(state, 1));
        return new(moved, original, new HeunState(run.Schedule, run.Index + 1, sample, slope));
    }

    private SamplingSchedule AtTimesteps(IReadOnlyList<double> timesteps)
    {
        double[] sigmas = [.. timesteps.Select(Table.At)];
        if (options.SigmaSpacing != SigmaSpacing.Timesteps)
        {
            sigmas = SigmaTable.Spread(options.SigmaSpacing, sigmas[0], sigmas[^1], sigmas.Length);
            timesteps = [.. sigmas.Select(Table.TimestepOf)];
        }

        return ScaledSchedule(Twice(timesteps), Twice(sigmas), FinalSigma(FinalSigmasType.Zero)) with { Steps = timesteps.Count };
    }

    // Each level but the first ends a step and begins the next.
    private static IEnumerable<double> Twice(IEnumerable<double> values) =>
        values.Take(1).Concat(values.Skip(1).SelectMany(value => (double[])[value, value]));
}
