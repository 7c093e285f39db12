using System.Globalization;
using System.Text;
using MaskUNet.Runtime;

namespace MaskUNet.Training;

/// <summary>
/// The figures of a training, a CSV row a step: step, loss, learning_rate, gradient_norm, seconds, then whatever the trainer noted.
/// </summary>
/// <param name="folder">Where <c>metrics.csv</c> lies.</param>
internal sealed class MetricsFile(string folder)
{
    private readonly string path = Path.Combine(folder, "metrics.csv");
    private readonly List<string> rows = [];

    /// <summary>Forgets the rows after a step: a run that was killed goes on from its checkpoint and writes them again.</summary>
    public void TruncateAfter(long step)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var lines = Guarded(() => File.ReadAllLines(path));
        var kept = lines.Take(1).Concat(lines.Skip(1).Where(line => StepOf(line) <= step)).ToList();
        if (kept.Count < lines.Length)
        {
            Guarded(() => AtomicFile.Write(path, kept, (file, lines) => file.Write(Encoding.UTF8.GetBytes(string.Join(Environment.NewLine, [.. lines, ""])))));
        }
    }

    public void Add(TrainingProgress progress, double seconds)
    {
        if (rows.Count == 0 && !File.Exists(path))
        {
            rows.Add(string.Join(',', ["step", "loss", "learning_rate", "gradient_norm", "seconds", .. progress.Metrics.Keys]));
        }

        double[] values = [progress.Loss, progress.LearningRate, progress.GradientNorm, seconds, .. progress.Metrics.Values];
        rows.Add(string.Join(',', [
            progress.Step.ToString(CultureInfo.InvariantCulture),
            .. values.Select(value => value.ToString("G9", CultureInfo.InvariantCulture))]));
    }

    public void Flush()
    {
        if (rows.Count > 0)
        {
            Guarded(() => File.AppendAllLines(path, rows));
            rows.Clear();
        }
    }

    // A row cut short by a kill has no whole number of a later step; it is forgotten with the rest.
    private static long StepOf(string line) =>
        line.Contains(',', StringComparison.Ordinal)
        && long.TryParse(line[..line.IndexOf(',', StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : long.MaxValue;

    private void Guarded(Action action) => Guarded(() =>
    {
        action();
        return true;
    });

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The metrics '{path}' cannot be read or written: {e.Message} The checkpoint is untouched.", e);
        }
    }
}
