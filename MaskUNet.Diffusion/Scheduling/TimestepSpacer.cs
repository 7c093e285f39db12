namespace MaskUNet.Scheduling;

/// <summary>
/// Spreads timesteps over a training schedule: arXiv 2305.08891, table 2, with the roundings of the reference implementation.
/// </summary>
internal static class TimestepSpacer
{
    /// <summary>Whole timesteps, one a step, descending: DDIM, DDPM, PNDM.</summary>
    public static int[] Discrete(SchedulerOptions options, int steps) =>
        [.. Space(options, steps, points: steps, options.TrainTimesteps).Select(t => (int)Math.Round(t, MidpointRounding.ToEven))];

    /// <summary>
    /// Whole timesteps that leave out the last of one point more than steps, which is the clean sample: DPM-Solver, UniPC.
    /// </summary>
    /// <param name="options">The training schedule and the spacing.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="usable">How many training timesteps may be used.</param>
    /// <exception cref="InvalidOptionException">None may be used.</exception>
    public static int[] DiscreteBeforeClean(SchedulerOptions options, int steps, int usable) => usable > 0
        ? [.. Space(options, steps, points: steps + 1, usable).Select(t => (int)Math.Round(t, MidpointRounding.ToEven))]
        : throw new InvalidOptionException(
            "all training timesteps are clipped: give a lower lambda_min_clipped (LambdaMinClipped), such as the default, minus infinity.");

    /// <summary>One a step, descending, fractions in float32 where they fall between training timesteps: Euler, Heun.</summary>
    public static double[] Continuous(SchedulerOptions options, int steps) =>
        [.. Space(options, steps, points: steps, options.TrainTimesteps).Select(t => (double)(float)t)];

    private static IEnumerable<double> Space(SchedulerOptions options, int steps, int points, int usable) => options.TimestepSpacing switch
    {
        TimestepSpacing.Leading => Leading(options, steps, points, usable),
        TimestepSpacing.Linspace => Linspace(usable - 1, points).Reverse().Take(steps),
        _ => Trailing(options.TrainTimesteps, steps, usable),
    };

    // NumPy's rule: multiples of the step from 0, with the end put in exactly.
    private static IEnumerable<double> Linspace(int end, int points) =>
        Enumerable.Range(0, points).Select(i => points == 1 ? 0 : i == points - 1 ? end : i * (end / (points - 1.0)));

    private static IEnumerable<double> Leading(SchedulerOptions options, int steps, int points, int usable)
    {
        var ratio = usable / points;
        var largest = ((points - 1) * ratio) + options.StepsOffset;
        if (ratio == 0 || largest >= options.TrainTimesteps)
        {
            throw new InvalidOptionException(
                $"{steps} steps with leading spacing and {nameof(options.StepsOffset)} {options.StepsOffset} do not fit into {usable} " +
                "training timesteps: " +
                $"ask for fewer steps or choose another {nameof(options.TimestepSpacing)}.");
        }

        return Enumerable.Range(0, steps).Select(i => (double)(((points - 1 - i) * ratio) + options.StepsOffset));
    }

    // The reference counts down in floating point, which for some numbers of steps gives an entry too many, at -1; the number of
    // entries is computed in whole numbers here. The values keep the floating-point rule, because halves are rounded to even.
    private static IEnumerable<double> Trailing(int trainTimesteps, int steps, int usable)
    {
        var count = (int)((((long)usable * steps) + trainTimesteps - 1) / trainTimesteps);
        var delta = (usable - ((double)trainTimesteps / steps)) - usable;
        return Enumerable.Range(0, count).Select(i => Math.Round(usable + (i * delta), MidpointRounding.ToEven) - 1);
    }
}
