using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>A shape of a size at a place, in pixels.</summary>
internal readonly record struct Placement(ShapeKind Shape, double X, double Y, double Radius)
{
    public ObjectBox Box
    {
        get
        {
            var extent = ShapeOutline.Extent(Shape);
            return new ObjectBox(X - (extent.X * Radius), Y - (extent.Y * Radius), 2 * extent.X * Radius, 2 * extent.Y * Radius);
        }
    }

    /// <summary>How far a pixel's middle is from the outline, in pixels; negative inside.</summary>
    public double Distance(int column, int row) => new OutlineRow(this, row).Distance(column);
}
