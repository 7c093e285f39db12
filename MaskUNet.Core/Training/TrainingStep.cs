using MaskUNet.Latents;

namespace MaskUNet.Training;

/// <summary>
/// One batch of one optimiser step: which examples it takes, and its random numbers. All of it follows from the seed and the numbers of
/// step and part alone, so that a run that was stopped goes on with the same.
/// </summary>
/// <remarks>For the thread that trains, during the call.</remarks>
public sealed class TrainingStep : IDisposable
{
    private readonly Dictionary<string, double> metrics = new(StringComparer.Ordinal);
    private readonly SeededNoise noise;
    private SplitMix64 random;

    internal TrainingStep(TrainingOptions options, long number, int part)
    {
        (Number, BatchSize) = (number, options.BatchSize);
        FirstExample = ((number * options.Accumulation) + part) * options.BatchSize;
        var key = SplitMix64.Key(options.Seed, number, part);
        noise = new SeededNoise([(long)(key >> 1)]);
        random = new SplitMix64(key);
    }

    /// <summary>The step, from 0.</summary>
    public long Number { get; }

    /// <summary>How many examples to take.</summary>
    public int BatchSize { get; }

    /// <summary>The number of the first of them, in the order of the training, from 0. Batches follow each other without gaps.</summary>
    public long FirstExample { get; }

    /// <summary>Normal noise of this batch.</summary>
    public INoiseSource Noise => noise;

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (random.Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [0, count).</summary>
    /// <param name="count">At least 1.</param>
    public int Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(random.Next(), (ulong)count, out _);
    }

    /// <summary>A seed for random numbers of another kind.</summary>
    public long NextSeed() => (long)(random.Next() >> 1);

    /// <summary>Notes a figure besides the loss, which goes to the metrics; of several batches in a step, the mean.</summary>
    /// <param name="name">A column of the metrics file; the same names at every step.</param>
    /// <param name="value">The figure.</param>
    public void Report(string name, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        metrics[name] = value;
    }

    internal IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>Frees the generator.</summary>
    public void Dispose() => noise.Dispose();
}
