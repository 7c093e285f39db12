namespace MaskUNet.Scheduling;

/// <summary>The timesteps of a run, made by a scheduler for a number of steps. Immutable; any number of runs may share it.</summary>
public sealed record SamplingSchedule
{
    /// <summary>The timesteps that the U-Net is evaluated at, in order. Some schedulers need more evaluations than steps.</summary>
    public required IReadOnlyList<double> Timesteps { get; init; }

    /// <summary>
    /// The noise level of each evaluation and, after them, the one that the run ends at; empty for schedulers that work on alphas alone.
    /// </summary>
    public IReadOnlyList<float> Sigmas { get; init; } = [];

    /// <summary>
    /// The timestep that each evaluation's step leads to, below 0 for the clean sample; empty for schedulers that work on noise levels.
    /// </summary>
    public IReadOnlyList<int> PreviousTimesteps { get; init; } = [];

    /// <summary>The standard deviation of the first latents: standard normal noise is multiplied by it.</summary>
    public double InitNoiseSigma { get; init; } = 1;

    /// <summary>The number of steps that was asked for.</summary>
    public required int Steps { get; init; }

    /// <summary>
    /// The index of a timestep, to begin a run at it. Of a timestep that occurs more than once the second occurrence counts, as in
    /// diffusers: a run that begins in the middle must not skip a noise level.
    /// </summary>
    /// <param name="timestep">One of <see cref="Timesteps"/>.</param>
    /// <exception cref="InvalidOptionException">The schedule lacks the timestep.</exception>
    public int IndexOf(double timestep)
    {
        var found = Enumerable.Range(0, Timesteps.Count).Where(i => Timesteps[i] == timestep).Take(2).ToList();
        return found.Count > 0
            ? found[^1]
            : throw new InvalidOptionException(FormattableString.Invariant(
                $"timestep {timestep} is not in the schedule: give one of {string.Join(", ", Timesteps.Select(known => FormattableString.Invariant($"{known}")))}."));
    }
}
