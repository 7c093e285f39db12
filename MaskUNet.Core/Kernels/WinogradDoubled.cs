using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>
/// F(2x2, 3x3) where each pixel of the input stands twice in both directions: the two in the middle of what a tile sees are equal and their difference is
/// zero, so that 9 of the 16 products remain. A tile is one pixel of the input.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct WinogradDoubled<T> : IWinogradMaps<T>
    where T : unmanaged, ILanes<T>
{
    private const int Side = 3;

    public static int Pixels => 1;

    public static int Results => 2;

    public static int Points => Side * Side;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapPixels(float** pixels, int first, int channels, float* to, nint stride)
    {
        for (var channel = first; channel < first + channels; channel += T.Count, to += T.Count)
        {
            var (a0, b0, c0) = Column(pixels, channel);
            var (a1, b1, c1) = Column(pixels + 1, channel);
            var (a2, b2, c2) = Column(pixels + 2, channel);
            Row(to, stride, a0, a1, a2);
            Row(to + (Side * stride), stride, b0, b1, b2);
            Row(to + (2 * Side * stride), stride, c0, c1, c2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T, T) Column(float** column, int channel)
        {
            var middle = T.Load(column[Side] + channel);
            return (T.Load(column[0] + channel) - middle, middle, middle - T.Load(column[2 * Side] + channel));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, T v0, T v1, T v2)
        {
            T.Store(v0 - v1, to);
            T.Store(v1, to + stride);
            T.Store(v1 - v2, to + (2 * stride));
        }
    }

    /// <inheritdoc/>
    /// <remarks>The middle point's halves meet pixels that stand twice.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MapKernels(float* taps, nint apart, float* to, nint stride)
    {
        var (v00, v01, v02) = (T.Load(taps), T.Load(taps + apart), T.Load(taps + (2 * apart)));
        var (v10, v11, v12) = (T.Load(taps + (3 * apart)), T.Load(taps + (4 * apart)), T.Load(taps + (5 * apart)));
        var (v20, v21, v22) = (T.Load(taps + (6 * apart)), T.Load(taps + (7 * apart)), T.Load(taps + (8 * apart)));
        Row(to, stride, v00, v01, v02);
        Row(to + (Side * stride), stride, v00 + v10 + v20, v01 + v11 + v21, v02 + v12 + v22);
        Row(to + (2 * Side * stride), stride, v20, v21, v22);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, T g0, T g1, T g2)
        {
            T.Store(g0, to);
            T.Store(g0 + g1 + g2, to + stride);
            T.Store(g2, to + (2 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapResults(float* sums, nint stride, float* bias, float** results)
    {
        for (var channel = 0; channel < RegisterTile<T>.Columns; channel += T.Count)
        {
            var start = T.Load(bias + channel);
            var (a0, b0) = Column(sums + channel, stride);
            var (a1, b1) = Column(sums + channel + stride, stride);
            var (a2, b2) = Column(sums + channel + (2 * stride), stride);
            T.Store(a0 + a1 + start, results[0] + channel);
            T.Store(a1 - a2 + start, results[1] + channel);
            T.Store(b0 + b1 + start, results[2] + channel);
            T.Store(b1 - b2 + start, results[3] + channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T) Column(float* column, nint stride)
        {
            var middle = T.Load(column + (Side * stride));
            return (T.Load(column) + middle, middle - T.Load(column + (2 * Side * stride)));
        }
    }
}
