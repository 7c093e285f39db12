using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace MaskUNet.Kernels;

/// <summary>A product of matrices whose result, 4 x 64, stays in 16 of 32 registers of 512 bits while it is summed.</summary>
internal static unsafe class WideTile
{
    public const int Rows = 4;
    public const int Columns = 64;

    /// <summary>c = c * scale + a b, or a b where <paramref name="scale"/> is null.</summary>
    /// <param name="a">4 rows.</param>
    /// <param name="rowStride">From a row of <paramref name="a"/> to the next.</param>
    /// <param name="stepStride">From a column of <paramref name="a"/> to the next.</param>
    /// <param name="b">[steps, 64], aligned.</param>
    /// <param name="steps">How many products are summed.</param>
    /// <param name="c">[4, 64], aligned.</param>
    /// <param name="scale">A factor a column, aligned, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, nint rowStride, nint stepStride, float* b, int steps, float* c, float* scale)
    {
        Vector c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default;
        Vector c20 = default, c21 = default, c22 = default, c23 = default, c30 = default, c31 = default, c32 = default, c33 = default;
        if (scale is not null)
        {
            var (s0, s1, s2, s3) = (At(scale, 0), At(scale, 1), At(scale, 2), At(scale, 3));
            (c00, c01, c02, c03) = (At(c, 0) * s0, At(c, 1) * s1, At(c, 2) * s2, At(c, 3) * s3);
            (c10, c11, c12, c13) = (At(c, 4) * s0, At(c, 5) * s1, At(c, 6) * s2, At(c, 7) * s3);
            (c20, c21, c22, c23) = (At(c, 8) * s0, At(c, 9) * s1, At(c, 10) * s2, At(c, 11) * s3);
            (c30, c31, c32, c33) = (At(c, 12) * s0, At(c, 13) * s1, At(c, 14) * s2, At(c, 15) * s3);
        }

        for (var step = 0; step < steps; step++)
        {
            Vector b0 = At(b, 0), b1 = At(b, 1), b2 = At(b, 2), b3 = At(b, 3);
            var row = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(row, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(row, b1, c01);
            c02 = Vector512.FusedMultiplyAdd(row, b2, c02);
            c03 = Vector512.FusedMultiplyAdd(row, b3, c03);
            row = Vector512.Create(a[rowStride]);
            c10 = Vector512.FusedMultiplyAdd(row, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(row, b1, c11);
            c12 = Vector512.FusedMultiplyAdd(row, b2, c12);
            c13 = Vector512.FusedMultiplyAdd(row, b3, c13);
            row = Vector512.Create(a[2 * rowStride]);
            c20 = Vector512.FusedMultiplyAdd(row, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(row, b1, c21);
            c22 = Vector512.FusedMultiplyAdd(row, b2, c22);
            c23 = Vector512.FusedMultiplyAdd(row, b3, c23);
            row = Vector512.Create(a[3 * rowStride]);
            c30 = Vector512.FusedMultiplyAdd(row, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(row, b1, c31);
            c32 = Vector512.FusedMultiplyAdd(row, b2, c32);
            c33 = Vector512.FusedMultiplyAdd(row, b3, c33);
            a += stepStride;
            b += Columns;
        }

        Put(c, 0, c00, c01, c02, c03);
        Put(c, 1, c10, c11, c12, c13);
        Put(c, 2, c20, c21, c22, c23);
        Put(c, 3, c30, c31, c32, c33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector At(float* data, int index) => Vector512.LoadAligned(data + (index * Vector.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* data, int row, Vector v0, Vector v1, Vector v2, Vector v3)
    {
        var at = data + (row * Columns);
        v0.StoreAligned(at);
        v1.StoreAligned(at + Vector.Count);
        v2.StoreAligned(at + (2 * Vector.Count));
        v3.StoreAligned(at + (3 * Vector.Count));
    }
}
