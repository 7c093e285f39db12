namespace MaskUNet.Images;

/// <summary>
/// Resizing bit for bit as Pillow's <c>Image.resize</c>: one direction after the other, filters widened where the picture shrinks, weights in
/// 22-bit fixed point, and bytes between the passes.
/// </summary>
internal static class PillowResize
{
    private const int Precision = 22;
    private const int Rgb = 3;
    private const double FarMore = 1.5; // recorded pictures begin horizontally at 1.004, vertically at 1.73

    public static RgbImage Apply(RgbImage image, int width, int height, ResizeFilter filter) =>
        BeginsVertically((image.Width, image.Height), (width, height))
            ? Horizontally(Vertically(image, height, filter), width, filter)
            : Vertically(Horizontally(image, width, filter), height, filter);

    // Pillow 13 begins with a height that shrinks far more than the width (fewer rows are left for the other pass). The order shows in the
    // rounding.
    private static bool BeginsVertically((int Width, int Height) from, (int Width, int Height) to) =>
        to.Height < from.Height && (double)from.Height * to.Width > FarMore * from.Width * to.Height;

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
        var (first, weights) = ResizeWeights.Of(filter, from, to, position);
        return (first, [.. weights.Select(weight => (int)Math.Round(weight * (1 << Precision), MidpointRounding.AwayFromZero))]);
    }
}
