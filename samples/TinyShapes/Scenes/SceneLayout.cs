using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>Places for objects: each has a cell of the picture for itself, and stands somewhere in it.</summary>
internal static class SceneLayout
{
    private const double Margin = 2.5; // to the cell's sides: neighbours stay 5 px apart
    private const double Half = Scene.Size / 2.0;

    // So that the narrowest textured part still shows a period, and so that four objects fit.
    private const double SmallestRadius = 10.5;
    private const double LargestRadius = 23;

    /// <summary>Cells for the objects of a prompt, the first phrase's before the second's.</summary>
    public static Cell[] Cells(ScenePrompt prompt, SceneRandom random)
    {
        var (first, second) = (prompt.First.Count, prompt.Second?.Count ?? 0);
        if (prompt.Relation is { } relation)
        {
            var sideways = relation is SpatialRelation.LeftOf or SpatialRelation.RightOf;
            var swapped = relation is SpatialRelation.RightOf or SpatialRelation.Below;
            return [.. Side(sideways, swapped, first, random), .. Side(sideways, !swapped, second, random)];
        }

        if (first + second == 1)
        {
            return [new Cell(0, 0, Scene.Size, Scene.Size)];
        }

        Cell[] cells = first + second > 2
            ? [new(0, 0, Half, Half), new(Half, 0, Half, Half), new(0, Half, Half, Half), new(Half, Half, Half, Half)]
            : random.Next(2) == 0 ? [Cell.Of(true, false), Cell.Of(true, true)] : [Cell.Of(false, false), Cell.Of(false, true)];
        random.Shuffle<Cell>(cells);
        return cells[..(first + second)];
    }

    /// <summary>A size that fits the cell, and a place in it.</summary>
    public static (double X, double Y, double Radius) Place(ShapeKind shape, Cell cell, SceneRandom random)
    {
        var extent = ShapeOutline.Extent(shape);
        var largest = Math.Min(LargestRadius, Math.Min(((cell.Width / 2) - Margin) / extent.X, ((cell.Height / 2) - Margin) / extent.Y));
        var radius = random.Between(SmallestRadius, largest);
        return (
            random.Between(cell.X + Margin + (extent.X * radius), cell.X + cell.Width - Margin - (extent.X * radius)),
            random.Between(cell.Y + Margin + (extent.Y * radius), cell.Y + cell.Height - Margin - (extent.Y * radius)),
            radius);
    }

    private static Cell[] Side(bool sideways, bool far, int count, SceneRandom random)
    {
        var side = Cell.Of(sideways, far);
        if (count == 1)
        {
            return [side];
        }

        Cell[] cells = [side with { Width = Half, Height = Half }, new(Half, Half, Half, Half)];
        cells[1] = sideways ? cells[1] with { X = side.X } : cells[1] with { Y = side.Y };
        random.Shuffle<Cell>(cells);
        return cells;
    }

    /// <summary>A rectangle of the picture, in pixels.</summary>
    public readonly record struct Cell(double X, double Y, double Width, double Height)
    {
        /// <summary>A half of the picture: left or right, top or bottom.</summary>
        public static Cell Of(bool sideways, bool far) => sideways
            ? new Cell(far ? Half : 0, 0, Half, Scene.Size)
            : new Cell(0, far ? Half : 0, Scene.Size, Half);
    }
}
