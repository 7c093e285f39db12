using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskUNet.Kernels;

/// <summary>The transpose of 8x8 numbers in vector registers: first of single numbers, then of pairs, then of halves.</summary>
internal static unsafe class NarrowTranspose
{
    /// <param name="from">8 rows of 8.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="to">[8, 8].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* from, nint stride, float* to)
    {
        var (a0, a1) = Interleave(from, from + stride);
        var (a2, a3) = Interleave(from + (2 * stride), from + (3 * stride));
        var (b0, b1, b2, b3) = (Pairs(a0, a2), Avx.Shuffle(a0, a2, 0xEE), Pairs(a1, a3), Avx.Shuffle(a1, a3, 0xEE));
        from += 4 * stride;
        var (a4, a5) = Interleave(from, from + stride);
        var (a6, a7) = Interleave(from + (2 * stride), from + (3 * stride));
        Halves(b0, Pairs(a4, a6), to);
        Halves(b1, Avx.Shuffle(a4, a6, 0xEE), to + 8);
        Halves(b2, Pairs(a5, a7), to + 16);
        Halves(b3, Avx.Shuffle(a5, a7, 0xEE), to + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Interleave(float* first, float* second)
    {
        var (row, next) = (Vector256.Load(first), Vector256.Load(second));
        return (Avx.UnpackLow(row, next), Avx.UnpackHigh(row, next));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(Vector256<float> first, Vector256<float> second) => Avx.Shuffle(first, second, 0x44);

    /// <summary>A column of the upper four and one of the lower: their first halves make the one, their second halves that four further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<float> upper, Vector256<float> lower, float* to)
    {
        Avx.Permute2x128(upper, lower, 0x20).Store(to);
        Avx.Permute2x128(upper, lower, 0x31).Store(to + 32);
    }
}
