using System.Globalization;
using MaskUNet.Images;
using ScottPlot;

namespace MaskUNet.Shapes.Train;

/// <summary>Draws the loss of a training from its <c>metrics.csv</c>, smoothed over a hundredth of its steps.</summary>
internal static class LossPlot
{
    private const string FileName = "loss.png";
    private const string Metrics = "metrics.csv";
    private const int Windows = 100;

    public static void Save(string folder, string title)
    {
        var rows = File.ReadLines(Path.Combine(folder, Metrics)).Skip(1).Select(line => line.Split(',')).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        var window = Math.Max(1, rows.Count / Windows);
        var points = rows.Chunk(window).Select(chunk => (Step: Number(chunk[^1][0]), Loss: chunk.Average(row => Number(row[1])))).ToList();
        using var plot = new Plot();
        plot.Add.ScatterLine(points.Select(point => point.Step).ToArray(), points.Select(point => Math.Log10(point.Loss)).ToArray());
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = value => Math.Pow(10, value).ToString("G3", CultureInfo.InvariantCulture) };
        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("loss (logarithmic)");
        plot.SavePng(Path.Combine(folder, FileName), 600, 400);
    }

    /// <summary>The plots of several trainings beside each other; of those that ran in these folders, not of weights that were put there.</summary>
    public static void SaveAll(string path, params (string Title, string Folder)[] all)
    {
        var trainings = all.Where(training => File.Exists(Path.Combine(training.Folder, Metrics))).ToArray();
        if (trainings.Length == 0)
        {
            return;
        }

        foreach (var (title, folder) in trainings)
        {
            Save(folder, title);
        }

        ContactSheet.Create([.. trainings.Select(training => (RgbImage.Load(Path.Combine(training.Folder, FileName)), training.Title))], trainings.Length).SavePng(path);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
