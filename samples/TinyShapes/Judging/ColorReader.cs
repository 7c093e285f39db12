using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>The colour between the ink. Brightness does not count, since a texture's edges are darker: colours are compared as bright as can be.</summary>
internal static class ColorReader
{
    private const double BrightShare = 0.8; // of the brightest value: pixels without ink
    private const double DarkestColor = 110;
    private const double MostDistance = 42;
    private const double GoodDistance = 20;
    private const double LeastPurity = 0.75;
    private const double GoodPurity = 0.9;

    private static readonly Tone[] Colors = [.. Enum.GetValues<ShapeColor>().Select(color => Brightest(Palette.Of(color)))];

    public static (ShapeColor? Color, double Confidence) Read(PictureField field, ObjectPixels inside)
    {
        var votes = new int[Enum.GetValues<ShapeColor>().Length];
        var distances = new double[votes.Length];
        var all = 0;
        for (var i = 0; i < inside.Pixels.Length; i++)
        {
            if (inside.Values[i] >= BrightShare * inside.Bright)
            {
                all++;
                var (color, distance) = Nearest(field.Tones[inside.Pixels[i]]);
                if (distance <= MostDistance)
                {
                    votes[(int)color]++;
                    distances[(int)color] += distance;
                }
            }
        }

        var best = Array.IndexOf(votes, votes.Max());
        var purity = (double)votes[best] / Math.Max(1, all);
        return inside.Bright >= DarkestColor && purity >= LeastPurity
            ? ((ShapeColor)best, Confidence.Of(purity, LeastPurity, GoodPurity) * Confidence.Of(-distances[best] / votes[best], -MostDistance, -GoodDistance))
            : (null, 0);
    }

    private static (ShapeColor Color, double Distance) Nearest(Tone tone)
    {
        var brightest = Brightest(tone);
        var best = (Color: default(ShapeColor), Distance: double.PositiveInfinity);
        for (var color = 0; color < Colors.Length; color++)
        {
            var distance = brightest.DistanceTo(Colors[color]);
            best = distance < best.Distance ? ((ShapeColor)color, distance) : best;
        }

        return best;
    }

    private static Tone Brightest(Tone tone) => tone.Scaled(byte.MaxValue / Math.Max(1, tone.Value));
}
