namespace MaskUNet.Shapes.Judging;

/// <summary>An outline's distances along a row of pixels, from the table's two nearest lines.</summary>
internal readonly ref struct OutlineRow
{
    private const float Last = OutlineTable.Points - 1.001f;

    private readonly ReadOnlySpan<float> upper;
    private readonly ReadOnlySpan<float> lower;
    private readonly float down;
    private readonly float first;
    private readonly float step;
    private readonly float radius;

    public OutlineRow(Placement placement, int row)
    {
        radius = (float)placement.Radius;
        step = 1 / (radius * OutlineTable.Step);
        first = ((0.5f - (float)placement.X) * step) + (OutlineTable.Reach / OutlineTable.Step);
        var line = Math.Clamp(((row + 0.5f - (float)placement.Y) * step) + (OutlineTable.Reach / OutlineTable.Step), 0, Last);
        down = line - (int)line;
        var table = OutlineTable.Of(placement.Shape);
        upper = table.AsSpan((int)line * OutlineTable.Points, OutlineTable.Points);
        lower = table.AsSpan(((int)line + 1) * OutlineTable.Points, OutlineTable.Points);
    }

    /// <summary>How far a pixel's middle is from the outline, in pixels; negative inside.</summary>
    public float Distance(int column)
    {
        var place = Math.Clamp(first + (column * step), 0, Last);
        var left = (int)place;
        var across = place - left;
        var above = upper[left] + ((upper[left + 1] - upper[left]) * across);
        var below = lower[left] + ((lower[left + 1] - lower[left]) * across);
        return (above + ((below - above) * down)) * radius;
    }
}
