namespace MaskUNet.Scheduling;

/// <summary>A scheduler that moves between whole training timesteps and their cumulated alphas: DDIM, DDPM, PNDM, LCM.</summary>
public abstract class TimestepScheduler : DiffusionScheduler
{
    private readonly double finalAlphaCumprod;

    private protected TimestepScheduler(DiffusionSchedulerOptions options, NoiseSchedule noiseSchedule, SampleLimit limit, double finalAlphaCumprod = 1)
        : base(options, noiseSchedule, limit) => this.finalAlphaCumprod = finalAlphaCumprod;

    private protected sealed override NoiseLevel Level(SchedulerState state) => NoiseLevel.FromAlphaCumprod(AlphaCumprod((int)state.Timestep));

    private protected override void CheckSchedule(SamplingSchedule schedule)
    {
        if (schedule.PreviousTimesteps.Count != schedule.Timesteps.Count)
        {
            throw new InvalidOptionException(
                "the schedule is of a scheduler that works on noise levels: use one that this scheduler made.");
        }

        if (schedule.Timesteps.Where(t => !(t >= 0 && t < TrainTimesteps && t == Math.Floor(t))).Take(1).ToList() is [var outside])
        {
            throw new InvalidOptionException(FormattableString.Invariant(
                $"the schedule's timestep {outside} is none of the training schedule's: give whole ones from 0 to {TrainTimesteps - 1}."));
        }

        if (PredictionType == PredictionType.Epsilon && schedule.Timesteps.Any(t => AlphaCumprod((int)t) == 0))
        {
            throw new InvalidOptionException(
                "the prediction type is epsilon, and the schedule begins at pure noise (zero terminal SNR), where the noise says nothing " +
                "about the sample: use a v-prediction model, do not rescale the betas, or use leading spacing.");
        }
    }

    /// <summary>What is left of the clean sample's variance at a timestep; below 0 stands for the end of the run.</summary>
    private protected double AlphaCumprod(int timestep) => timestep >= 0 ? NoiseSchedule.AlphasCumprod[timestep] : finalAlphaCumprod;

    /// <summary>
    /// Even spacing, each step going back by TrainTimesteps / steps (the reference's rule, which is not always the next entry).
    /// </summary>
    private protected SamplingSchedule EvenSchedule(int[] timesteps, int steps) => new()
    {
        Timesteps = [.. timesteps.Select(t => (double)t)],
        PreviousTimesteps = [.. timesteps.Select(t => t - (TrainTimesteps / steps))],
        Steps = steps,
    };

    /// <summary>Timesteps of the caller's choice, each step going to the next entry.</summary>
    private protected SamplingSchedule CustomSchedule(IReadOnlyList<int> timesteps) => new()
    {
        Timesteps = [.. CustomTimesteps.Check(timesteps, TrainTimesteps).Select(t => (double)t)],
        PreviousTimesteps = [.. timesteps.Skip(1), -1],
        Steps = timesteps.Count,
    };
}
