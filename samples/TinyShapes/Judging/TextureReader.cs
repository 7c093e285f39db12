using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>
/// Which period lies in an object: its brightness is correlated with each pattern, at periods around the one that the object's size
/// suggests, in all directions and phases.
/// </summary>
internal static class TextureReader
{
    private const double MostPlain = 0.2; // of the contrast; ink gives 0.5 and more
    private const double GoodPlain = 0.1;
    private const double LeastInk = 0.3;
    private const double LeastCorrelation = 0.6;
    private const double GoodCorrelation = 0.8;
    private const double LeastLead = 0.05;
    private const double GoodLead = 0.15;
    private const int MostPixels = 250;
    private const int Phases = 6;
    private const double Diagonal = 0.70710678118654752;

    private static readonly double[] Periods = [0.86, 1, 1.16];

    public static (ShapeTexture? Texture, double Confidence) Read(ObjectPixels inside, Placement placement)
    {
        if (inside.Contrast <= MostPlain)
        {
            return (ShapeTexture.Plain, Confidence.Of(-inside.Contrast, -MostPlain, -GoodPlain));
        }

        if (inside.Contrast < LeastInk)
        {
            return (null, 0);
        }

        var samples = new Samples(inside, placement);
        var fits = new[] { ShapeTexture.Striped, ShapeTexture.Dotted, ShapeTexture.Chequered }
            .Select(texture => (Texture: texture, Correlation: Best(samples, texture, TexturePattern.Period(texture, placement.Radius))))
            .OrderByDescending(fit => fit.Correlation).ToArray();
        var (best, lead) = (fits[0], fits[0].Correlation - fits[1].Correlation);
        return best.Correlation >= LeastCorrelation && lead >= LeastLead
            ? (best.Texture, Confidence.Of(best.Correlation, LeastCorrelation, GoodCorrelation) * Confidence.Of(lead, LeastLead, GoodLead))
            : (null, 0);
    }

    private static double Best(Samples samples, ShapeTexture texture, double expected)
    {
        var best = 0.0;
        foreach (var factor in Periods)
        {
            var period = expected * factor;
            for (var turn = 0; turn < (texture == ShapeTexture.Striped ? TexturePattern.Turns : 1); turn++)
            {
                for (var phase = 0; phase < (texture == ShapeTexture.Striped ? Phases : Phases * Phases); phase++)
                {
                    var (x, y) = texture == ShapeTexture.Striped ? Across(turn, phase) : (phase % Phases, phase / Phases);
                    best = Math.Max(best, samples.Correlation(texture, turn, period, x * period / Phases, y * period / Phases));
                }
            }
        }

        return best;
    }

    // A step across stripes, whatever their direction: along one axis, or along both as little.
    private static (double X, double Y) Across(int turn, double step) => turn switch
    {
        1 => (step * Diagonal, step * Diagonal),
        2 => (0, step),
        3 => (step * Diagonal, -step * Diagonal),
        _ => (step, 0),
    };

    /// <summary>Places in an object and how much ink is there, less the mean.</summary>
    private sealed class Samples
    {
        private readonly (double X, double Y, double Ink)[] places;
        private readonly double norm;

        public Samples(ObjectPixels inside, Placement placement)
        {
            var every = 1 + (inside.Pixels.Length / MostPixels);
            var mean = inside.Values.Average();
            places =
            [
                .. from i in Enumerable.Range(0, inside.Pixels.Length)
                   let x = inside.Pixels[i] % PictureField.Size
                   let y = inside.Pixels[i] / PictureField.Size
                   where (x + (y * 2)) % every == 0
                   select (x + 0.5 - placement.X, y + 0.5 - placement.Y, mean - inside.Values[i]),
            ];
            norm = places.Sum(place => place.Ink * place.Ink);
        }

        public double Correlation(ShapeTexture texture, int turn, double period, double x, double y)
        {
            double sum = 0, squares = 0, shared = 0, ink = 0;
            foreach (var place in places)
            {
                var drawn = Math.Clamp(0.5 - TexturePattern.Distance(texture, turn, period, place.X + x, place.Y + y), 0, 1);
                sum += drawn;
                squares += drawn * drawn;
                shared += drawn * place.Ink;
                ink += place.Ink;
            }

            var variance = squares - (sum * sum / places.Length);
            var own = norm - (ink * ink / places.Length);
            return variance <= 0 || own <= 0 ? 0 : (shared - (sum * ink / places.Length)) / Math.Sqrt(variance * own);
        }
    }
}
