namespace MaskUNet.Images;

/// <summary>
/// Resizing bit for bit as Pillow's <c>Image.resize</c>: one direction after the other, filters widened where the picture shrinks, weights in
/// 22-bit fixed point, and bytes between the passes.
/// </summary>
internal static class PillowResize
{
    private const int Precision = 22;
    private const int Rgb = 3;

    public static RgbImage Apply(RgbImage image, int width, int height, ResizeFilter filter)
    {
        // Pillow 13 begins with a shrinking height (fewer rows are left for the other pass). The order shows in the rounding.
        return height < image.Height
            ? Horizontally(Vertically(image, height, filter), width, filter)
            : Vertically(Horizontally(image, width, filter), height, filter);
    }

    private static RgbImage Horizontally(RgbImage image, int width, ResizeFilter filter)
    {
        if (width == image.Width)
        {
            return image;
        }

        var pixels = new byte[width * image.Height * Rgb];
        Pass(filter, image.Pixels.Span, pixels, (image.Width, width), image.Height, step: Rgb, lineSteps: (image.Width * Rgb, width * Rgb));
        return new RgbImage(pixels, width, image.Height);
    }

    private static RgbImage Vertically(RgbImage image, int height, ResizeFilter filter)
    {
        if (height == image.Height)
        {
            return image;
        }

        var pixels = new byte[image.Width * height * Rgb];
        Pass(filter, image.Pixels.Span, pixels, (image.Height, height), image.Width, step: image.Width * Rgb, lineSteps: (Rgb, Rgb));
        return new RgbImage(pixels, image.Width, height);
    }

    // Within a line pixels lie a step apart; lines begin lineSteps apart in the source and in the target.
    private static void Pass(
        ResizeFilter filter, ReadOnlySpan<byte> source, byte[] target, (int From, int To) size, int lines, int step, (int Source, int Target) lineSteps)
    {
        for (var position = 0; position < size.To; position++)
        {
            var (first, weights) = Weights(filter, size.From, size.To, position);
            for (var line = 0; line < lines; line++)
            {
                for (var channel = 0; channel < Rgb; channel++)
                {
                    var sum = 1L << (Precision - 1);
                    for (var i = 0; i < weights.Length; i++)
                    {
                        sum += (long)source[(line * lineSteps.Source) + ((first + i) * step) + channel] * weights[i];
                    }

                    target[(line * lineSteps.Target) + (position * step) + channel] =
                        (byte)Math.Clamp(sum >> Precision, byte.MinValue, byte.MaxValue);
                }
            }
        }
    }

    private static (int First, int[] Weights) Weights(ResizeFilter filter, int from, int to, int position)
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
        return (first, [.. weights.Select(weight => (int)Math.Round(weight / sum * (1 << Precision), MidpointRounding.AwayFromZero))]);
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
