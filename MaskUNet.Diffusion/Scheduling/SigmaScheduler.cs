using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>A scheduler that moves between noise levels sigma: DPM-Solver, UniPC, Euler, Heun.</summary>
public abstract class SigmaScheduler : DiffusionScheduler
{
    // What is left of the sample at the last timestep when betas are rescaled to zero terminal SNR, so that its sigma, 4096, is finite:
    // float16's smallest number.
    private protected const float TerminalAlphaCumprod = 1f / (1 << 24);

    private protected SigmaScheduler(DiffusionSchedulerOptions options, NoiseSchedule noiseSchedule, SampleLimit limit)
        : base(options, noiseSchedule, limit) => Table = new SigmaTable(noiseSchedule.Sigmas);

    private protected SigmaTable Table { get; }

    private protected override void CheckSchedule(SamplingSchedule schedule)
    {
        if (schedule.Sigmas.Count <= schedule.Timesteps.Count)
        {
            throw new InvalidOptionException(
                "the schedule has no noise levels, so it is of a scheduler that works on timesteps: use one that this scheduler made.");
        }

        if (schedule.Timesteps.Where(t => !(t >= 0 && t < TrainTimesteps)).Take(1).ToList() is [var outside])
        {
            throw new InvalidOptionException(FormattableString.Invariant(
                $"the schedule's timestep {outside} is outside of the training schedule: give 0 to {TrainTimesteps - 1}."));
        }

        if (schedule.Sigmas.Where(sigma => !(sigma >= 0 && float.IsFinite(sigma))).Take(1).ToList() is [var wrong])
        {
            throw new InvalidOptionException(FormattableString.Invariant($"the schedule has the noise level {wrong}: give finite ones from 0 on."));
        }
    }

    /// <summary>The level that the last step leads to.</summary>
    private protected double FinalSigma(FinalSigmasType type) => type == FinalSigmasType.Zero ? 0 : Table.Min;

    /// <summary>A schedule of levels, rounded to float32 like the reference's, with the last one put behind them.</summary>
    private protected static SamplingSchedule Schedule(IEnumerable<double> timesteps, IEnumerable<double> sigmas, double final)
    {
        double[] chosen = [.. timesteps];
        return new() { Timesteps = chosen, Sigmas = [.. sigmas.Append(final).Select(sigma => (float)sigma)], Steps = chosen.Length };
    }

    /// <summary>Refuses timesteps of the caller's choice where the noise levels choose them.</summary>
    private protected static void RequireTimestepSpacing(SigmaSpacing spacing)
    {
        if (spacing != SigmaSpacing.Timesteps)
        {
            throw new InvalidOptionException(
                $"the sigma spacing is {spacing}, which chooses the timesteps: give a number of steps, or use " +
                $"{nameof(SigmaSpacing)}.{nameof(SigmaSpacing.Timesteps)}.");
        }
    }

    /// <summary>The noise level of an evaluation of the run.</summary>
    private protected static double Sigma(SchedulerState state, int offset = 0) => state.Schedule.Sigmas[state.Index + offset];
}
