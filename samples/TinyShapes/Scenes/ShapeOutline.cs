using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>
/// The shapes as signed distances (negative inside) for a radius of 1, y down. A distance in pixels gives antialiased coverage:
/// clamp(0.5 - distance, 0, 1). Nothing but sums, products and roots, so that pictures are the same on every machine.
/// </summary>
internal static class ShapeOutline
{
    private const double RingMiddle = 0.74;
    private const double RingHalfWidth = 0.3;
    private const double HeartHalf = 0.86; // half the diagonal of the square whose two upper sides carry the half discs
    private const double HeartCentre = 0.104 * HeartHalf;

    private static readonly (double X, double Y)[] Square = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)];
    private static readonly (double X, double Y)[] Triangle = [(0, -1.01), (1.18, 1.01), (-1.18, 1.01)];
    private static readonly (double X, double Y)[] Diamond = [(0, -1.22), (0.88, 0), (0, 1.22), (-0.88, 0)];
    private static readonly (double X, double Y)[] HeartSquare =
        [(0, HeartCentre - HeartHalf), (HeartHalf, HeartCentre), (0, HeartCentre + HeartHalf), (-HeartHalf, HeartCentre)];

    private static readonly (double X, double Y)[] Cross =
    [
        (-0.37, -1.05), (0.37, -1.05), (0.37, -0.37), (1.05, -0.37), (1.05, 0.37), (0.37, 0.37),
        (0.37, 1.05), (-0.37, 1.05), (-0.37, 0.37), (-1.05, 0.37), (-1.05, -0.37), (-0.37, -0.37),
    ];

    // Points at multiples of 36 degrees from straight up: radius 1.24 outside, 0.58 inside, moved down until top and bottom are as far.
    private static readonly (double X, double Y)[] Star =
    [
        (0, -1.1216), (0.3409, -0.3508), (1.1793, -0.2648), (0.5516, 0.2976), (0.7289, 1.1216),
        (0, 0.6984), (-0.7289, 1.1216), (-0.5516, 0.2976), (-1.1793, -0.2648), (-0.3409, -0.3508),
    ];

    /// <summary>The bounds of a shape, for a radius of 1: half its width and half its height around its origin.</summary>
    public static (double X, double Y) Extent(ShapeKind shape) => shape switch
    {
        ShapeKind.Square => (0.9, 0.9),
        ShapeKind.Triangle => (1.18, 1.01),
        ShapeKind.Star => (1.1793, 1.1216),
        ShapeKind.Heart => (1.04, 0.96),
        ShapeKind.Diamond => (0.88, 1.22),
        ShapeKind.Cross => (1.05, 1.05),
        ShapeKind.Ring => (RingMiddle + RingHalfWidth, RingMiddle + RingHalfWidth),
        _ => (1, 1),
    };

    public static double Distance(ShapeKind shape, double x, double y) => shape switch
    {
        ShapeKind.Square => ToPolygon(Square, x, y),
        ShapeKind.Triangle => ToPolygon(Triangle, x, y),
        ShapeKind.Star => ToPolygon(Star, x, y),
        ShapeKind.Heart => ToHeart(x, y),
        ShapeKind.Diamond => ToPolygon(Diamond, x, y),
        ShapeKind.Cross => ToPolygon(Cross, x, y),
        ShapeKind.Ring => Math.Abs(Length(x, y) - RingMiddle) - RingHalfWidth,
        _ => Length(x, y) - 1,
    };

    private static double ToHeart(double x, double y)
    {
        // Both halves are alike; half a side of the square is the discs' radius.
        var disc = Length(Math.Abs(x) - (HeartHalf / 2), y - HeartCentre + (HeartHalf / 2)) - (HeartHalf * 0.70710678118654752);
        return Math.Min(disc, ToPolygon(HeartSquare, x, y));
    }

    private static double ToPolygon((double X, double Y)[] corners, double x, double y)
    {
        var nearest = double.PositiveInfinity;
        var inside = false;
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            var (edgeX, edgeY) = (to.X - from.X, to.Y - from.Y);
            var (offsetX, offsetY) = (x - from.X, y - from.Y);
            var along = Math.Clamp(((offsetX * edgeX) + (offsetY * edgeY)) / ((edgeX * edgeX) + (edgeY * edgeY)), 0, 1);
            nearest = Math.Min(nearest, Length(offsetX - (edgeX * along), offsetY - (edgeY * along)));
            if (from.Y > y != to.Y > y && x < from.X + (edgeX * (y - from.Y) / edgeY))
            {
                inside = !inside;
            }
        }

        return inside ? -nearest : nearest;
    }

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
