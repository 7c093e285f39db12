using ScottPlot;
using ScottPlot.Plottables;

namespace MaskUNet.Samples.MaskPlots;

/// <summary>What all plots have in common.</summary>
internal static class Charts
{
    private const int Width = 640;
    private const int Height = 400;
    private const int LabelSize = 12;

    public static Plot Create(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, size: 15);
        plot.XLabel(x, LabelSize);
        plot.YLabel(y, LabelSize);
        return plot;
    }

    public static Scatter Line(this Plot plot, string legend, IEnumerable<double> xs, IEnumerable<double> ys)
    {
        var line = plot.Add.Scatter(xs.ToArray(), ys.ToArray());
        (line.LegendText, line.LineWidth, line.MarkerSize) = (legend, 2, 6);
        return line;
    }

    public static Scatter Points(this Plot plot, string legend, IEnumerable<double> xs, IEnumerable<double> ys)
    {
        var points = plot.Add.ScatterPoints(xs.ToArray(), ys.ToArray());
        (points.LegendText, points.MarkerSize) = (legend, 6);
        return points;
    }

    /// <summary>Puts a line on an axis of its own, on the right.</summary>
    public static void OnTheRight(this Plot plot, Scatter line, string label)
    {
        line.Axes.YAxis = plot.Axes.Right;
        (plot.Axes.Right.Label.Text, plot.Axes.Right.Label.FontSize) = (label, LabelSize);
    }

    /// <summary>Writes the plot, its legend under it, where it hides nothing.</summary>
    public static void Save(this Plot plot, string path)
    {
        plot.ShowLegend(Edge.Bottom);
        plot.SavePng(path, Width, Height);
        Console.WriteLine(path);
    }
}
