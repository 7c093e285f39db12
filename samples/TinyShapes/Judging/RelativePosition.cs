using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Judging;

/// <summary>How an object stands to another, as GenEval decides it.</summary>
public static class RelativePosition
{
    private const double Overlap = 0.1;
    private const double Nothing = 1e-3;

    /// <summary>
    /// The relations in which an object stands: its centre's offset, shortened on each axis by a tenth of both sizes, as a share of the
    /// whole offset's length, must be beyond the threshold. Along a diagonal there may be two, between objects that cover each other none.
    /// </summary>
    /// <param name="thing">The object.</param>
    /// <param name="other">The object that it is related to.</param>
    /// <param name="threshold">The share needed, in [0, 1]; 0.5 by default.</param>
    public static IReadOnlyList<SpatialRelation> Of(ObjectBox thing, ObjectBox other, double threshold = 0.5)
    {
        var (offsetX, offsetY) = (thing.CentreX - other.CentreX, thing.CentreY - other.CentreY);
        var x = Shortened(offsetX, Overlap * (thing.Width + other.Width));
        var y = Shortened(offsetY, Overlap * (thing.Height + other.Height));
        if (Math.Abs(x) < Nothing && Math.Abs(y) < Nothing)
        {
            return [];
        }

        var length = Math.Sqrt((offsetX * offsetX) + (offsetY * offsetY));
        var relations = new List<SpatialRelation>();
        AddIf(x / length < -threshold, SpatialRelation.LeftOf);
        AddIf(x / length > threshold, SpatialRelation.RightOf);
        AddIf(y / length < -threshold, SpatialRelation.Above);
        AddIf(y / length > threshold, SpatialRelation.Below);
        return relations;

        void AddIf(bool holds, SpatialRelation relation)
        {
            if (holds)
            {
                relations.Add(relation);
            }
        }
    }

    private static double Shortened(double offset, double by) => Math.Sign(offset) * Math.Max(0, Math.Abs(offset) - by);
}
