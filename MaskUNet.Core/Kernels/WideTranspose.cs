using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace MaskUNet.Kernels;

/// <summary>The transpose of 16x16 numbers in vector registers: four times, the rows' first and second half are shuffled like cards.</summary>
internal static unsafe class WideTranspose
{
    /// <param name="from">16 rows of 16.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="to">[16, 16], aligned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* from, nint stride, float* to)
    {
        var (a0, a1) = Zip(Vector512.Load(from + (0 * stride)), Vector512.Load(from + (8 * stride)));
        var (a2, a3) = Zip(Vector512.Load(from + (1 * stride)), Vector512.Load(from + (9 * stride)));
        var (a4, a5) = Zip(Vector512.Load(from + (2 * stride)), Vector512.Load(from + (10 * stride)));
        var (a6, a7) = Zip(Vector512.Load(from + (3 * stride)), Vector512.Load(from + (11 * stride)));
        var (a8, a9) = Zip(Vector512.Load(from + (4 * stride)), Vector512.Load(from + (12 * stride)));
        var (a10, a11) = Zip(Vector512.Load(from + (5 * stride)), Vector512.Load(from + (13 * stride)));
        var (a12, a13) = Zip(Vector512.Load(from + (6 * stride)), Vector512.Load(from + (14 * stride)));
        var (a14, a15) = Zip(Vector512.Load(from + (7 * stride)), Vector512.Load(from + (15 * stride)));

        var (b0, b1) = Zip(a0, a8);
        var (b2, b3) = Zip(a1, a9);
        var (b4, b5) = Zip(a2, a10);
        var (b6, b7) = Zip(a3, a11);
        var (b8, b9) = Zip(a4, a12);
        var (b10, b11) = Zip(a5, a13);
        var (b12, b13) = Zip(a6, a14);
        var (b14, b15) = Zip(a7, a15);

        var (c0, c1) = Zip(b0, b8);
        var (c2, c3) = Zip(b1, b9);
        var (c4, c5) = Zip(b2, b10);
        var (c6, c7) = Zip(b3, b11);
        var (c8, c9) = Zip(b4, b12);
        var (c10, c11) = Zip(b5, b13);
        var (c12, c13) = Zip(b6, b14);
        var (c14, c15) = Zip(b7, b15);

        var (d0, d1) = Zip(c0, c8);
        d0.StoreAligned(to + 0);
        d1.StoreAligned(to + 16);
        var (d2, d3) = Zip(c1, c9);
        d2.StoreAligned(to + 32);
        d3.StoreAligned(to + 48);
        var (d4, d5) = Zip(c2, c10);
        d4.StoreAligned(to + 64);
        d5.StoreAligned(to + 80);
        var (d6, d7) = Zip(c3, c11);
        d6.StoreAligned(to + 96);
        d7.StoreAligned(to + 112);
        var (d8, d9) = Zip(c4, c12);
        d8.StoreAligned(to + 128);
        d9.StoreAligned(to + 144);
        var (d10, d11) = Zip(c5, c13);
        d10.StoreAligned(to + 160);
        d11.StoreAligned(to + 176);
        var (d12, d13) = Zip(c6, c14);
        d12.StoreAligned(to + 192);
        d13.StoreAligned(to + 208);
        var (d14, d15) = Zip(c7, c15);
        d14.StoreAligned(to + 224);
        d15.StoreAligned(to + 240);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector Low, Vector High) Zip(Vector first, Vector second)
    {
        var low = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        var high = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        return (Avx512F.PermuteVar16x32x2(first, low, second), Avx512F.PermuteVar16x32x2(first, high, second));
    }
}
