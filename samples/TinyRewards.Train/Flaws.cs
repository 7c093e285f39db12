using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Flaws such as a model's pictures have, in a part or all over: outlines that are bent, soft edges, something of another picture.</summary>
internal static class Flaws
{
    private const int Size = Scene.Size;
    private const double Often = 0.5;
    private const double MostBend = 4, ShortestWave = 14, LongestWave = 50; // px
    private const double LeastBlur = 0.5, MostBlur = 2.2; // sigma in px
    private const double LeastMix = 0.15, MostMix = 0.7;
    private const double NarrowestPart = 8, WidestPart = 64; // half a side, px

    /// <summary>A picture with one flaw or more.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="other">What may shine through.</param>
    /// <param name="random">What decides.</param>
    public static RgbImage Of(RgbImage picture, RgbImage other, Random random)
    {
        var pixels = Floats(picture);
        var last = random.Next(3);
        for (var flaw = 0; flaw < 3; flaw++)
        {
            if (flaw == last || random.NextDouble() < Often)
            {
                var flawed = flaw switch { 0 => Bent(pixels, random), 1 => Blurred(pixels, Between(random, LeastBlur, MostBlur)), _ => Floats(other) };
                Mix(pixels, flawed, flaw == 2 ? Between(random, LeastMix, MostMix) : 1, random);
            }
        }

        return new RgbImage(Size, Size, [.. pixels.Select(value => (byte)Math.Clamp(Math.Round(value), 0, 255))]);
    }

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    private static double[] Floats(RgbImage picture)
    {
        var bytes = picture.Pixels.Span;
        var pixels = new double[bytes.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = bytes[i];
        }

        return pixels;
    }

    // In a square with soft edges.
    private static void Mix(double[] pixels, double[] others, double share, Random random)
    {
        const double Edge = 4;
        var (x, y, half) = (random.Next(Size), random.Next(Size), Between(random, NarrowestPart, WidestPart));
        for (var i = 0; i < pixels.Length; i++)
        {
            var (row, column) = Math.DivRem(i / 3, Size);
            var inside = (half - Math.Max(Math.Abs(row - y), Math.Abs(column - x))) / Edge;
            pixels[i] += share * Math.Clamp(inside, 0, 1) * (others[i] - pixels[i]);
        }
    }

    private static double[] Bent(double[] pixels, Random random)
    {
        var (right, down) = (Between(random, 0, MostBend), Between(random, 0, MostBend));
        var (waveX, waveY) = (Math.Tau / Between(random, ShortestWave, LongestWave), Math.Tau / Between(random, ShortestWave, LongestWave));
        var (phaseX, phaseY) = (Between(random, 0, Math.Tau), Between(random, 0, Math.Tau));
        var bent = new double[pixels.Length];
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var x = Math.Clamp(column + (right * Math.Sin((row * waveX) + phaseX)), 0, Size - 1.001);
                var y = Math.Clamp(row + (down * Math.Sin((column * waveY) + phaseY)), 0, Size - 1.001);
                var (left, top) = ((int)x, (int)y);
                var (shareX, shareY) = (x - left, y - top);
                for (var channel = 0; channel < 3; channel++)
                {
                    var at = (3 * ((top * Size) + left)) + channel;
                    var upper = pixels[at] + (shareX * (pixels[at + 3] - pixels[at]));
                    var lower = pixels[at + (3 * Size)] + (shareX * (pixels[at + (3 * Size) + 3] - pixels[at + (3 * Size)]));
                    bent[(3 * ((row * Size) + column)) + channel] = upper + (shareY * (lower - upper));
                }
            }
        }

        return bent;
    }

    private static double[] Blurred(double[] pixels, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma)))];
        var sum = weights.Sum();
        return Along(Along(pixels, 1, Size), Size, 1);

        double[] Along(double[] from, int step, int across)
        {
            var to = new double[from.Length];
            for (var line = 0; line < Size; line++)
            {
                for (var place = 0; place < Size; place++)
                {
                    for (var i = -reach; i <= reach; i++)
                    {
                        var (source, weight) = (3 * ((line * across) + (Math.Clamp(place + i, 0, Size - 1) * step)), weights[i + reach] / sum);
                        for (var channel = 0; channel < 3; channel++)
                        {
                            to[(3 * ((line * across) + (place * step))) + channel] += weight * from[source + channel];
                        }
                    }
                }
            }

            return to;
        }
    }
}
