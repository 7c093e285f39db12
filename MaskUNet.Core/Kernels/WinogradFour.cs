using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>
/// F(4x4, 3x3): 36 products a pair of channels for 16 results. At the points 0, 5/8, -5/8, 3/2, -3/2 and infinity, which are exact numbers and whose
/// rounding errors are half of those of the usual 0, 1, -1, 2, -2 and infinity (an idea of Barabasz et al. 2020; these points are oneDNN's).
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct WinogradFour<T> : IWinogradMaps<T>
    where T : unmanaged, ILanes<T>
{
    private const int Side = 6;
    private const float Near = 0.625f; // the points
    private const float Far = 1.5f;
    private const float NearSquare = Near * Near;
    private const float FarSquare = Far * Far;
    private const float Product = NearSquare * FarSquare;
    private const float Sum = NearSquare + FarSquare;

    public static int Pixels => 4;

    public static int Results => 4;

    public static int Points => Side * Side;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapPixels(float** pixels, int first, int channels, float* to, nint stride)
    {
        var half = stackalloc T[Side * Side];
        for (var channel = first; channel < first + channels; channel += T.Count, to += T.Count)
        {
            for (var column = 0; column < Side; column++)
            {
                var from = pixels + column;
                var (v0, v1, v2, v3, v4, v5) = MapPixels(
                    T.Load(from[0] + channel), T.Load(from[Side] + channel), T.Load(from[2 * Side] + channel),
                    T.Load(from[3 * Side] + channel), T.Load(from[4 * Side] + channel), T.Load(from[5 * Side] + channel));
                var at = half + column;
                (at[0], at[Side], at[2 * Side], at[3 * Side], at[4 * Side], at[5 * Side]) = (v0, v1, v2, v3, v4, v5);
            }

            for (var row = 0; row < Side; row++)
            {
                var from = half + (row * Side);
                var (v0, v1, v2, v3, v4, v5) = MapPixels(from[0], from[1], from[2], from[3], from[4], from[5]);
                Store(to + (row * Side * stride), stride, v0, v1, v2, v3, v4, v5);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapKernels(float* taps, nint apart, float* to, nint stride)
    {
        var half = stackalloc T[Side * 3];
        for (var column = 0; column < 3; column++)
        {
            var from = taps + (column * apart);
            var (v0, v1, v2, v3, v4, v5) = MapKernels(T.Load(from), T.Load(from + (3 * apart)), T.Load(from + (6 * apart)));
            var at = half + column;
            (at[0], at[3], at[6], at[9], at[12], at[15]) = (v0, v1, v2, v3, v4, v5);
        }

        for (var row = 0; row < Side; row++)
        {
            var from = half + (row * 3);
            var (v0, v1, v2, v3, v4, v5) = MapKernels(from[0], from[1], from[2]);
            Store(to + (row * Side * stride), stride, v0, v1, v2, v3, v4, v5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapResults(float* sums, nint stride, float* bias, float** results)
    {
        var half = stackalloc T[4 * Side];
        for (var channel = 0; channel < RegisterTile<T>.Columns; channel += T.Count)
        {
            for (var column = 0; column < Side; column++)
            {
                var from = sums + channel + (column * stride);
                var (v0, v1, v2, v3) = MapResults(
                    T.Load(from), T.Load(from + (Side * stride)), T.Load(from + (2 * Side * stride)),
                    T.Load(from + (3 * Side * stride)), T.Load(from + (4 * Side * stride)), T.Load(from + (5 * Side * stride)));
                var at = half + column;
                (at[0], at[Side], at[2 * Side], at[3 * Side]) = (v0, v1, v2, v3);
            }

            var start = T.Load(bias + channel);
            for (var row = 0; row < 4; row++)
            {
                var from = half + (row * Side);
                var (v0, v1, v2, v3) = MapResults(from[0], from[1], from[2], from[3], from[4], from[5]);
                var at = results + (4 * row);
                T.Store(v0 + start, at[0] + channel);
                T.Store(v1 + start, at[1] + channel);
                T.Store(v2 + start, at[2] + channel);
                T.Store(v3 + start, at[3] + channel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T, T, T, T, T, T) MapPixels(T d0, T d1, T d2, T d3, T d4, T d5)
    {
        var first = T.MultiplyAdd(T.All(Product), d0, T.MultiplyAdd(T.All(-Sum), d2, d4));
        var last = T.MultiplyAdd(T.All(Product), d1, T.MultiplyAdd(T.All(-Sum), d3, d5));
        var (nearEven, nearOdd) = (T.MultiplyAdd(T.All(-FarSquare), d2, d4), T.MultiplyAdd(T.All(-FarSquare), d1, d3));
        var (farEven, farOdd) = (T.MultiplyAdd(T.All(-NearSquare), d2, d4), T.MultiplyAdd(T.All(-NearSquare), d1, d3));
        return (
            first,
            T.MultiplyAdd(T.All(Near), nearOdd, nearEven), T.MultiplyAdd(T.All(-Near), nearOdd, nearEven),
            T.MultiplyAdd(T.All(Far), farOdd, farEven), T.MultiplyAdd(T.All(-Far), farOdd, farEven),
            last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T, T, T, T, T, T) MapKernels(T g0, T g1, T g2)
    {
        const float NearScale = 1 / (2 * NearSquare * (NearSquare - FarSquare));
        const float FarScale = 1 / (2 * FarSquare * (FarSquare - NearSquare));
        var nearEven = T.MultiplyAdd(T.All(NearSquare * NearScale), g2, T.All(NearScale) * g0);
        var farEven = T.MultiplyAdd(T.All(FarSquare * FarScale), g2, T.All(FarScale) * g0);
        return (
            T.All(1 / Product) * g0,
            T.MultiplyAdd(T.All(Near * NearScale), g1, nearEven), T.MultiplyAdd(T.All(-Near * NearScale), g1, nearEven),
            T.MultiplyAdd(T.All(Far * FarScale), g1, farEven), T.MultiplyAdd(T.All(-Far * FarScale), g1, farEven),
            g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T, T, T, T) MapResults(T m0, T m1, T m2, T m3, T m4, T m5)
    {
        var (nearSum, nearDifference, farSum, farDifference) = (m1 + m2, m1 - m2, m3 + m4, m3 - m4);
        return (
            m0 + nearSum + farSum,
            T.MultiplyAdd(T.All(Near), nearDifference, T.All(Far) * farDifference),
            T.MultiplyAdd(T.All(NearSquare), nearSum, T.All(FarSquare) * farSum),
            T.MultiplyAdd(T.All(Near * NearSquare), nearDifference, T.MultiplyAdd(T.All(Far * FarSquare), farDifference, m5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, nint stride, T v0, T v1, T v2, T v3, T v4, T v5)
    {
        T.Store(v0, to);
        T.Store(v1, to + stride);
        T.Store(v2, to + (2 * stride));
        T.Store(v3, to + (3 * stride));
        T.Store(v4, to + (4 * stride));
        T.Store(v5, to + (5 * stride));
    }
}
