using System.Globalization;
using MaskUNet.Training;

namespace MaskUNet.Shapes.Train;

/// <summary>Says where a training stands, now and then.</summary>
internal sealed class TrainingConsole(string what) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private TimeSpan last = TimeSpan.MinValue;

    public void Report(TrainingProgress value)
    {
        if (value.Step < value.Steps && last != TimeSpan.MinValue && value.Elapsed - last < Pause)
        {
            return;
        }

        last = value.Elapsed;
        var metrics = string.Concat(value.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Key} {metric.Value:G4}")));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: step {value.Step} of {value.Steps}, loss {value.Loss:F4}{metrics}, {value.ExamplesPerSecond:F0} examples a second, {value.Remaining:hh\\:mm\\:ss} left"));
    }
}
