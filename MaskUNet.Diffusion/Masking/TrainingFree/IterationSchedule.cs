namespace MaskUNet.Masking;

/// <summary>How many iterations the masks of each step are optimised for; a number converts to the same for every step.</summary>
/// <remarks>Immutable. A step of 0 iterations is drawn without masks.</remarks>
public sealed class IterationSchedule
{
    private readonly string description;
    private readonly Func<int, int, int> iterations;

    private IterationSchedule(string description, Func<int, int, int> iterations) => (this.description, this.iterations) = (description, iterations);

    /// <summary>
    /// The released code's: 1 in the first 7 of 15 steps and 10 in the others; with another number of steps in the same proportion.
    /// </summary>
    public static IterationSchedule Paper { get; } = new("1, then 10 after 7/15 of the steps", (step, steps) => step < Math.Round(steps * 7 / 15.0) ? 1 : 10);

    /// <summary>The same for every step.</summary>
    /// <param name="iterations">How many, at least 0.</param>
    /// <exception cref="InvalidOptionException">It is negative.</exception>
    public static IterationSchedule Constant(int iterations) => iterations >= 0
        ? new(FormattableString.Invariant($"{iterations}"), (_, _) => iterations)
        : throw new InvalidOptionException(FormattableString.Invariant($"The number of iterations is {iterations}; it must be at least 0."));

    /// <summary>A schedule of one's own.</summary>
    /// <param name="description">It in words, for reports.</param>
    /// <param name="iterations">Given a step's index from 0 and the number of steps, how many; at least 0.</param>
    public static IterationSchedule Of(string description, Func<int, int, int> iterations)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(iterations);
        return new(description, iterations);
    }

    /// <summary>The same for every step: <see cref="Constant"/>.</summary>
    /// <param name="iterations">How many.</param>
    public static implicit operator IterationSchedule(int iterations) => Constant(iterations);

    /// <summary>The iterations of a step.</summary>
    /// <param name="step">Its index, from 0.</param>
    /// <param name="steps">Of how many.</param>
    /// <exception cref="InvalidOptionException">The schedule gave a negative number.</exception>
    public int At(int step, int steps)
    {
        var count = iterations(step, steps);
        return count >= 0
            ? count
            : throw new InvalidOptionException(FormattableString.Invariant(
                $"The iteration schedule '{description}' gives {count} for step {step} of {steps}; it must be at least 0."));
    }

    /// <summary>The schedule in words.</summary>
    public override string ToString() => description;
}
