using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>How much of each pixel around a region belongs to it, from its distance to the background's colour.</summary>
internal sealed class RegionMask
{
    // Shares of the distance that the region has, of which the middle marks the edge. Ink is farther than colour: the distance is a low one.
    private const float Nothing = 0.2f;
    private const float Everything = 0.75f;
    private const double LowRank = 0.4;

    private readonly float[] distances;
    private readonly float[] shares;

    private RegionMask(Region region, float[] distances, float typical)
    {
        (Region, this.distances) = (region, Array.ConvertAll(distances, distance => distance / typical));
        shares = Array.ConvertAll(this.distances, distance => Math.Clamp((distance - Nothing) / (Everything - Nothing), 0, 1));
    }

    public Region Region { get; }

    /// <summary>How far a pixel's colour is from the background's: 1 for the region's own colour, more for ink, 0 in other regions.</summary>
    public double this[int column, int row] => distances[((row - Region.Window.Top) * (Region.Window.Right - Region.Window.Left)) + column - Region.Window.Left];

    public static RegionMask Of(PictureField field, Region region)
    {
        var (left, top, right, bottom) = region.Window;
        var background = Background(field, region);
        var distances = new float[(right - left) * (bottom - top)];
        var own = new List<float>();
        for (var i = 0; i < distances.Length; i++)
        {
            var pixel = ((top + (i / (right - left))) * PictureField.Size) + left + (i % (right - left));
            distances[i] = region.IsElsewhere(pixel) ? 0 : (float)field.Tones[pixel].DistanceTo(background);
            if (region.Holds(pixel))
            {
                own.Add(distances[i]);
            }
        }

        own.Sort();
        return new RegionMask(region, distances, own[(int)(own.Count * LowRank)]);
    }

    /// <summary>Intersection over union of region and outline, both with soft edges, from every second pixel, as on a chessboard.</summary>
    public double Overlap(Placement placement)
    {
        var (left, top, right, bottom) = Region.Window;
        float shared = 0, covered = 0;
        for (var row = top; row < bottom; row++)
        {
            var outline = new OutlineRow(placement, row);
            for (var column = left + (row & 1); column < right; column += 2)
            {
                var seen = shares[((row - top) * (right - left)) + column - left];
                var drawn = Math.Clamp(0.5f - outline.Distance(column), 0, 1);
                shared += Math.Min(seen, drawn);
                covered += Math.Max(seen, drawn);
            }
        }

        return shared / covered;
    }

    private static Tone Background(PictureField field, Region region)
    {
        var mean = default(ToneMean);
        var (left, top, right, bottom) = region.Window;
        for (var row = top; row < bottom; row++)
        {
            for (var column = left; column < right; column++)
            {
                var pixel = (row * PictureField.Size) + column;
                if (field.Objectness[pixel] == 0)
                {
                    mean.Add(field.Tones[pixel]);
                }
            }
        }

        return mean.Value;
    }
}
