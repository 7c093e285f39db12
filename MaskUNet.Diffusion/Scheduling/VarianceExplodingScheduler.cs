using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// A scheduler whose samples are x_0 + sigma epsilon, which the model sees divided by sqrt(sigma² + 1): Euler, Heun. Karras et al.,
/// arXiv 2206.00364.
/// </summary>
public abstract class VarianceExplodingScheduler : SigmaScheduler
{
    private protected VarianceExplodingScheduler(DiffusionSchedulerOptions options, NoiseSchedule noiseSchedule, SampleLimit limit)
        : base(options, noiseSchedule, limit)
    {
    }

    /// <inheritdoc/>
    public sealed override Tensor ScaleModelInput(SchedulerState state, Tensor sample)
    {
        using var scope = NewDisposeScope();
        var shared = base.ScaleModelInput(state, sample);
        var sigma = Sigma(state);
        return (shared / Math.Sqrt((sigma * sigma) + 1)).MoveToOuterDisposeScope();
    }

    private protected sealed override NoiseLevel Level(SchedulerState state) => new(Alpha: 1, Sigma(state));

    /// <summary>Moves along the straight line through a sample at one level and the clean sample to another level.</summary>
    private protected static Tensor Move(Tensor sample, Tensor original, double from, double to) =>
        (to / from * sample) + ((1 - (to / from)) * original);

    /// <summary>A schedule of levels, with the last one put behind them.</summary>
    private protected SamplingSchedule ScaledSchedule(IEnumerable<double> timesteps, IEnumerable<double> sigmas, double final)
    {
        var schedule = Schedule(timesteps.Select(t => (double)(float)t), sigmas, final);
        double max = schedule.Sigmas.Max();
        var fromPureNoise = Options.TimestepSpacing != TimestepSpacing.Leading;
        return schedule with { InitNoiseSigma = fromPureNoise ? max : Math.Sqrt((max * max) + 1) };
    }
}
