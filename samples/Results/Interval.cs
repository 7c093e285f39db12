using System.Globalization;

namespace MaskUNet.Samples.Results;

/// <summary>A mean and where it lies with 95 % confidence.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">Its upper end.</param>
internal readonly record struct Interval(double Mean, double Low, double High)
{
    private const int Resamples = 2000;
    private const double Outside = 0.025;

    /// <summary>The mean over pictures by the bootstrap. Prompts are drawn, each with all its pictures, since those of one prompt have much in common.</summary>
    /// <param name="values">The value of each picture.</param>
    public static Interval Of(IEnumerable<KeyValuePair<PictureKey, double>> values)
    {
        var prompts = values.GroupBy(pair => pair.Key.Prompt).Select(group => (Sum: group.Sum(pair => pair.Value), Count: group.Count())).ToArray();
        var random = new Random(1);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var (sum, count) = (0.0, 0);
            for (var j = 0; j < prompts.Length; j++)
            {
                var drawn = prompts[random.Next(prompts.Length)];
                (sum, count) = (sum + drawn.Sum, count + drawn.Count);
            }

            means[i] = sum / count;
        }

        Array.Sort(means);
        return new Interval(
            prompts.Sum(prompt => prompt.Sum) / prompts.Sum(prompt => prompt.Count),
            means[(int)(Outside * Resamples)],
            means[(int)((1 - Outside) * Resamples) - 1]);
    }

    /// <summary>Shares as percentages: 43.2 (40.1 to 46.5).</summary>
    public string Percent() => string.Create(CultureInfo.InvariantCulture, $"{100 * Mean:F1} ({100 * Low:F1} to {100 * High:F1})");

    /// <summary>Differences of shares in percentage points: +3.1 (-0.4 to +6.2).</summary>
    public string Points() => string.Create(CultureInfo.InvariantCulture, $"{100 * Mean:+0.0;-0.0;0.0} ({100 * Low:+0.0;-0.0;0.0} to {100 * High:+0.0;-0.0;0.0})");

    public string Number() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F4} ({Low:F4} to {High:F4})");
}
