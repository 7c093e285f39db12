using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>Fits every shape's outline to a region, and takes the one that fits, if one does.</summary>
internal static class ShapeReader
{
    private const double LeastOverlap = 0.82;
    private const double GoodOverlap = 0.92;
    private const double LeastLead = 0.03;
    private const double GoodLead = 0.06;
    private const int Refined = 3; // of the shapes, those that fit best at first sight
    private const double LeastGain = 0.001;
    private const double Outside = 0.75; // px that an outline may reach beyond the picture

    public static (Placement Placement, double Confidence)? Read(RegionMask mask)
    {
        var fits = Enum.GetValues<ShapeKind>().Select(shape => Start(mask.Region, shape))
            .Select(start => (Placement: start, Overlap: mask.Overlap(start)))
            .OrderByDescending(fit => fit.Overlap).Take(Refined)
            .Select(fit => Refine(mask, fit.Placement, fit.Overlap))
            .OrderByDescending(fit => fit.Overlap).ToArray();
        var (best, lead) = (fits[0], fits[0].Overlap - fits[1].Overlap);
        return best.Overlap >= LeastOverlap && lead >= LeastLead && IsWhole(best.Placement.Box)
            ? (best.Placement, Confidence.Of(best.Overlap, LeastOverlap, GoodOverlap) * Confidence.Of(lead, LeastLead, GoodLead))
            : null;
    }

    private static Placement Start(Region region, ShapeKind shape)
    {
        var (left, top, right, bottom) = region.Bounds;
        var extent = ShapeOutline.Extent(shape);
        var radius = (((right - left) / extent.X) + ((bottom - top) / extent.Y)) / 4;
        return new Placement(shape, (left + right) / 2.0, (top + bottom) / 2.0, radius);
    }

    // Climbs along place and size, in ever smaller steps.
    private static (Placement Placement, double Overlap) Refine(RegionMask mask, Placement placement, double overlap)
    {
        for (var step = 1.0; step >= 0.25; step /= 2)
        {
            var improved = true;
            while (improved)
            {
                improved = false;
                ReadOnlySpan<Placement> neighbours =
                [
                    placement with { X = placement.X - step }, placement with { X = placement.X + step },
                    placement with { Y = placement.Y - step }, placement with { Y = placement.Y + step },
                    placement with { Radius = placement.Radius - step }, placement with { Radius = placement.Radius + step },
                ];
                foreach (var neighbour in neighbours)
                {
                    var here = mask.Overlap(neighbour);
                    if (here > overlap + LeastGain)
                    {
                        (placement, overlap, improved) = (neighbour, here, true);
                    }
                }
            }
        }

        return (placement, overlap);
    }

    private static bool IsWhole(ObjectBox box) => box.X >= -Outside && box.Y >= -Outside
        && box.X + box.Width <= PictureField.Size + Outside && box.Y + box.Height <= PictureField.Size + Outside;
}
