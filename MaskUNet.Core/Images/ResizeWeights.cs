namespace MaskUNet.Images;

/// <summary>
/// Which pixels make up a pixel of a resized picture, and how much each counts: the same for Pillow and for PyTorch's antialiased
/// interpolation, which widen a filter where the picture shrinks.
/// </summary>
internal static class ResizeWeights
{
    /// <summary>The weights of one pixel along one direction.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="from">The size before.</param>
    /// <param name="to">The size after.</param>
    /// <param name="position">The pixel, 0 to <paramref name="to"/> - 1.</param>
    /// <returns>The first pixel that counts, and the weights of it and those after it; their sum is 1.</returns>
    public static (int First, double[] Weights) Of(ResizeFilter filter, int from, int to, int position)
    {
        var scale = (double)from / to;
        var filterScale = Math.Max(scale, 1);
        var support = Support(filter) * filterScale;
        var centre = (position + 0.5) * scale;
        var first = Math.Max(0, (int)(centre - support + 0.5));
        var weights = new double[Math.Min(from, (int)(centre + support + 0.5)) - first];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Weight(filter, (i + first - centre + 0.5) / filterScale);
        }

        var sum = weights.Sum();
        return (first, [.. weights.Select(weight => weight / sum)]);
    }

    private static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Lanczos => 3,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Box => 0.5,
        _ => throw new InvalidOptionException($"There is no resize filter {filter}; choose {string.Join(", ", Enum.GetNames<ResizeFilter>())}."),
    };

    private static double Weight(ResizeFilter filter, double x)
    {
        var distance = Math.Abs(x);
        return filter switch
        {
            ResizeFilter.Lanczos => distance < 3 ? Sinc(x) * Sinc(x / 3) : 0,
            ResizeFilter.Bicubic when distance < 1 => (((1.5 * distance) - 2.5) * distance * distance) + 1,
            ResizeFilter.Bicubic => distance < 2 ? (((((-0.5 * distance) + 2.5) * distance) - 4) * distance) + 2 : 0,
            ResizeFilter.Bilinear => Math.Max(0, 1 - distance),
            _ => x is > -0.5 and <= 0.5 ? 1 : 0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
