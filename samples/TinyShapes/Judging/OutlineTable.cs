using MaskUNet.Shapes.Prompts;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>The outlines' distances on a grid, computed once: fitting asks for millions.</summary>
internal static class OutlineTable
{
    /// <summary>The grid reaches from minus to plus so many radii.</summary>
    public const float Reach = 2;

    /// <summary>Points on each axis.</summary>
    public const int Points = 161;

    /// <summary>Between neighbours, in radii.</summary>
    public const float Step = 2 * Reach / (Points - 1);

    private static readonly float[][] Tables = [.. Enum.GetValues<ShapeKind>().Select(Table)];

    public static float[] Of(ShapeKind shape) => Tables[(int)shape];

    private static float[] Table(ShapeKind shape)
    {
        var table = new float[Points * Points];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = (float)ShapeOutline.Distance(shape, (i % Points * Step) - Reach, (i / Points * Step) - Reach);
        }

        return table;
    }
}
