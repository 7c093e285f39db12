using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector256<float>;

namespace MaskUNet.Kernels;

/// <summary>
/// <see cref="WideTile"/>'s for 16 registers of 256 bits. On the bare type, since of <see cref="NarrowLanes"/> the compiler (10.0) copies
/// every second sum, which takes a quarter of the rate.
/// </summary>
internal static unsafe class NarrowTile
{
    public const int Rows = 6;
    public const int FewRows = 4;
    public const int Columns = 16;

    /// <summary>6 rows.</summary>
    /// <inheritdoc cref="WideTile.Multiply"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)] // among a caller's variables the sums would not stay in registers
    public static void MultiplySix(float* a, nint rowStride, nint stepStride, float* b, int steps, float* c, float* scale)
    {
        Vector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (scale is not null)
        {
            var (s0, s1) = (At(scale, 0), At(scale, 1));
            (c00, c01, c10, c11, c20, c21) = (At(c, 0) * s0, At(c, 1) * s1, At(c, 2) * s0, At(c, 3) * s1, At(c, 4) * s0, At(c, 5) * s1);
            (c30, c31, c40, c41, c50, c51) = (At(c, 6) * s0, At(c, 7) * s1, At(c, 8) * s0, At(c, 9) * s1, At(c, 10) * s0, At(c, 11) * s1);
        }

        var later = a + (3 * rowStride);
        for (var step = 0; step < steps; step++)
        {
            Vector b0 = At(b, 0), b1 = At(b, 1);
            var row = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(row, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(row, b1, c01);
            row = Vector256.Create(a[rowStride]);
            c10 = Vector256.FusedMultiplyAdd(row, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(row, b1, c11);
            row = Vector256.Create(a[2 * rowStride]);
            c20 = Vector256.FusedMultiplyAdd(row, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(row, b1, c21);
            row = Vector256.Create(later[0]);
            c30 = Vector256.FusedMultiplyAdd(row, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(row, b1, c31);
            row = Vector256.Create(later[rowStride]);
            c40 = Vector256.FusedMultiplyAdd(row, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(row, b1, c41);
            row = Vector256.Create(later[2 * rowStride]);
            c50 = Vector256.FusedMultiplyAdd(row, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(row, b1, c51);
            a += stepStride;
            later += stepStride;
            b += 2 * Vector.Count;
        }

        Put(c, 0, c00, c01);
        Put(c, 2, c10, c11);
        Put(c, 4, c20, c21);
        Put(c, 6, c30, c31);
        Put(c, 8, c40, c41);
        Put(c, 10, c50, c51);
    }

    /// <summary>4 rows.</summary>
    /// <inheritdoc cref="WideTile.Multiply"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)] // among a caller's variables the sums would not stay in registers
    public static void MultiplyFour(float* a, nint rowStride, nint stepStride, float* b, int steps, float* c, float* scale)
    {
        Vector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        if (scale is not null)
        {
            var (s0, s1) = (At(scale, 0), At(scale, 1));
            (c00, c01, c10, c11) = (At(c, 0) * s0, At(c, 1) * s1, At(c, 2) * s0, At(c, 3) * s1);
            (c20, c21, c30, c31) = (At(c, 4) * s0, At(c, 5) * s1, At(c, 6) * s0, At(c, 7) * s1);
        }

        for (var step = 0; step < steps; step++)
        {
            Vector b0 = At(b, 0), b1 = At(b, 1);
            var row = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(row, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(row, b1, c01);
            row = Vector256.Create(a[rowStride]);
            c10 = Vector256.FusedMultiplyAdd(row, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(row, b1, c11);
            row = Vector256.Create(a[2 * rowStride]);
            c20 = Vector256.FusedMultiplyAdd(row, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(row, b1, c21);
            row = Vector256.Create(a[3 * rowStride]);
            c30 = Vector256.FusedMultiplyAdd(row, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(row, b1, c31);
            a += stepStride;
            b += 2 * Vector.Count;
        }

        Put(c, 0, c00, c01);
        Put(c, 2, c10, c11);
        Put(c, 4, c20, c21);
        Put(c, 6, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector At(float* data, int index) => Vector256.Load(data + (index * Vector.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* data, int index, Vector v0, Vector v1)
    {
        v0.Store(data + (index * Vector.Count));
        v1.Store(data + ((index + 1) * Vector.Count));
    }
}
