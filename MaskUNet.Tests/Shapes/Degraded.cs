using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Tests.Shapes;

/// <summary>Pictures made worse, and pictures of nothing.</summary>
internal static class Degraded
{
    private const int Channels = 3;
    private const int Row = Scene.Size * Channels;

    /// <summary>Adds Gaussian noise to each channel of each pixel; the standard deviation is in steps of 255.</summary>
    public static RgbImage Noisy(RgbImage picture, double sigma, int seed)
    {
        var random = new Random(seed);
        return Of(picture.Pixels.ToArray().Select(value => value + (sigma * Gaussian(random))));
    }

    /// <summary>A Gaussian blur; the standard deviation is in pixels.</summary>
    public static RgbImage Blurred(RgbImage picture, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        var weights = Enumerable.Range(-reach, (2 * reach) + 1).Select(offset => Math.Exp(-offset * offset / (2 * sigma * sigma))).ToArray();
        var sum = weights.Sum();
        var values = Array.ConvertAll(picture.Pixels.ToArray(), value => (double)value);
        return Of(Pass(Pass(values, Channels), Row));

        double[] Pass(double[] source, int step)
        {
            var target = new double[source.Length];
            for (var i = 0; i < source.Length; i++)
            {
                var place = i / step % Scene.Size;
                for (var j = -reach; j <= reach; j++)
                {
                    target[i] += weights[j + reach] / sum * source[i + ((Math.Clamp(place + j, 0, Scene.Size - 1) - place) * step)];
                }
            }

            return target;
        }
    }

    /// <summary>Independent, uniform colours.</summary>
    public static RgbImage Noise(int seed)
    {
        var pixels = new byte[Scene.Size * Row];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(Scene.Size, Scene.Size, pixels);
    }

    /// <summary>Clouds of strong colours: blurred noise, its contrast stretched.</summary>
    public static RgbImage Clouds(double sigma, int seed)
    {
        var values = Array.ConvertAll(Blurred(Noise(seed), sigma).Pixels.ToArray(), value => (double)value);
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return Of(values.Select(value => 128 + ((value - mean) * 70 / deviation)));
    }

    /// <summary>Sharp scribbles of a colour on grey: discs of the pen's radius along a random walk.</summary>
    public static RgbImage Scribble(int seed)
    {
        var random = new Random(seed);
        var pixels = Enumerable.Repeat(230.0, Scene.Size * Row).ToArray();
        var (x, y, angle, pen) = (20 + (24 * random.NextDouble()), 20 + (24 * random.NextDouble()), 6 * random.NextDouble(), 2 + (2 * random.NextDouble()));
        double[] color = [220, 40 + (100 * random.NextDouble()), 40];
        for (var step = 0; step < 60; step++)
        {
            angle += random.NextDouble() - 0.5;
            (x, y) = (Math.Clamp(x + Math.Cos(angle), 6, 58), Math.Clamp(y + Math.Sin(angle), 6, 58));
            for (var i = 0; i < pixels.Length; i++)
            {
                var (across, down) = ((i % Row / Channels) + 0.5 - x, (i / Row) + 0.5 - y);
                pixels[i] = (across * across) + (down * down) < pen * pen ? color[i % Channels] : pixels[i];
            }
        }

        return Of(pixels);
    }

    private static RgbImage Of(IEnumerable<double> values) =>
        new(Scene.Size, Scene.Size, [.. values.Select(value => (byte)Math.Clamp(Math.Round(value), byte.MinValue, byte.MaxValue))]);

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
