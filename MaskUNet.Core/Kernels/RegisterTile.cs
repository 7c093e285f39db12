using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>
/// A product of matrices by tiles that stay in the vector registers while they are summed: 4 x 64 numbers in wide ones, 6 x 16 and 4 x 16
/// in narrow ones. Each result is summed step by step, whatever its tile.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal static unsafe class RegisterTile<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Rows come in multiples of it.</summary>
    public const int Rows = NarrowTile.FewRows;

    /// <summary>64 or 16.</summary>
    public static int Columns => IsWide ? WideTile.Columns : NarrowTile.Columns;

    private static bool IsWide => typeof(T) == typeof(WideLanes);

    /// <summary>c = c * scale + a b, or a b where <paramref name="scale"/> is null.</summary>
    /// <param name="a">[rows, steps].</param>
    /// <param name="rowStride">From a row of <paramref name="a"/> to the next.</param>
    /// <param name="stepStride">From a column of <paramref name="a"/> to the next.</param>
    /// <param name="rows">A multiple of 4.</param>
    /// <param name="b">[steps, <see cref="Columns"/>], aligned.</param>
    /// <param name="steps">How many products are summed.</param>
    /// <param name="c">[rows, <see cref="Columns"/>], aligned.</param>
    /// <param name="scale">A factor a column, aligned, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(float* a, nint rowStride, nint stepStride, int rows, float* b, int steps, float* c, float* scale)
    {
        while (rows > 0)
        {
            int height;
            if (IsWide)
            {
                height = WideTile.Rows;
                WideTile.Multiply(a, rowStride, stepStride, b, steps, c, scale);
            }
            else if (rows is 4 or 8) // every multiple of 4 is a sum of sixes and at most two fours
            {
                height = NarrowTile.FewRows;
                NarrowTile.MultiplyFour(a, rowStride, stepStride, b, steps, c, scale);
            }
            else
            {
                height = NarrowTile.Rows;
                NarrowTile.MultiplySix(a, rowStride, stepStride, b, steps, c, scale);
            }

            rows -= height;
            a += height * rowStride;
            c += height * Columns;
        }
    }
}
