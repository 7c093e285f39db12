using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>F(2x2, 3x3), at the points 0, 1, -1 and infinity: 16 products a pair of channels for 4 results.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct WinogradTwo<T> : IWinogradMaps<T>
    where T : unmanaged, ILanes<T>
{
    public static int Pixels => 2;

    public static int Results => 2;

    public static int Points => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapPixels(float** pixels, int first, int channels, float* to, nint stride)
    {
        for (var channel = first; channel < first + channels; channel += T.Count, to += T.Count)
        {
            var (a0, b0, c0, d0) = Map(pixels, channel);
            var (a1, b1, c1, d1) = Map(pixels + 1, channel);
            var (a2, b2, c2, d2) = Map(pixels + 2, channel);
            var (a3, b3, c3, d3) = Map(pixels + 3, channel);
            Row(to, stride, a0, a1, a2, a3);
            Row(to + (4 * stride), stride, b0, b1, b2, b3);
            Row(to + (8 * stride), stride, c0, c1, c2, c3);
            Row(to + (12 * stride), stride, d0, d1, d2, d3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T, T, T) Map(float** column, int channel)
        {
            var (v0, v1) = (T.Load(column[0] + channel), T.Load(column[4] + channel));
            var (v2, v3) = (T.Load(column[8] + channel), T.Load(column[12] + channel));
            return (v0 - v2, v1 + v2, v2 - v1, v1 - v3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, T v0, T v1, T v2, T v3)
        {
            T.Store(v0 - v2, to);
            T.Store(v1 + v2, to + stride);
            T.Store(v2 - v1, to + (2 * stride));
            T.Store(v1 - v3, to + (3 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapResults(float* sums, nint stride, float* bias, float** results)
    {
        for (var channel = 0; channel < RegisterTile<T>.Columns; channel += T.Count)
        {
            var start = T.Load(bias + channel);
            var (a0, b0) = Map(sums + channel, stride);
            var (a1, b1) = Map(sums + channel + stride, stride);
            var (a2, b2) = Map(sums + channel + (2 * stride), stride);
            var (a3, b3) = Map(sums + channel + (3 * stride), stride);
            T.Store(a0 + a1 + a2 + start, results[0] + channel);
            T.Store(a1 - a2 - a3 + start, results[1] + channel);
            T.Store(b0 + b1 + b2 + start, results[2] + channel);
            T.Store(b1 - b2 - b3 + start, results[3] + channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T) Map(float* column, nint stride)
        {
            var (v0, v1) = (T.Load(column), T.Load(column + (4 * stride)));
            var (v2, v3) = (T.Load(column + (8 * stride)), T.Load(column + (12 * stride)));
            return (v0 + v1 + v2, v1 - v2 - v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MapKernels(float* taps, nint apart, float* to, nint stride)
    {
        var (a0, b0, c0, d0) = Map(T.Load(taps), T.Load(taps + (3 * apart)), T.Load(taps + (6 * apart)));
        var (a1, b1, c1, d1) = Map(T.Load(taps + apart), T.Load(taps + (4 * apart)), T.Load(taps + (7 * apart)));
        var (a2, b2, c2, d2) = Map(T.Load(taps + (2 * apart)), T.Load(taps + (5 * apart)), T.Load(taps + (8 * apart)));
        Row(to, stride, a0, a1, a2);
        Row(to + (4 * stride), stride, b0, b1, b2);
        Row(to + (8 * stride), stride, c0, c1, c2);
        Row(to + (12 * stride), stride, d0, d1, d2);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T, T, T) Map(T g0, T g1, T g2)
        {
            var (ends, middle) = ((g0 + g2) * T.All(0.5f), g1 * T.All(0.5f));
            return (g0, ends + middle, ends - middle, g2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, T g0, T g1, T g2)
        {
            var (v0, v1, v2, v3) = Map(g0, g1, g2);
            T.Store(v0, to);
            T.Store(v1, to + stride);
            T.Store(v2, to + (2 * stride));
            T.Store(v3, to + (3 * stride));
        }
    }
}
