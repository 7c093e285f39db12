using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>
/// F(2x2, 3x3) where a tile's results are summed to one, as the way back of <see cref="WinogradDoubled{T}"/> does: the third point of four falls out in both
/// directions, so that 9 of the 16 products remain.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct WinogradHalved<T> : IWinogradMaps<T>
    where T : unmanaged, ILanes<T>
{
    private const int Side = 3;

    public static int Pixels => 2;

    public static int Results => 1;

    public static int Points => Side * Side;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapPixels(float** pixels, int first, int channels, float* to, nint stride)
    {
        for (var channel = first; channel < first + channels; channel += T.Count, to += T.Count)
        {
            var (a0, b0, c0) = Column(pixels, channel);
            var (a1, b1, c1) = Column(pixels + 1, channel);
            var (a2, b2, c2) = Column(pixels + 2, channel);
            var (a3, b3, c3) = Column(pixels + 3, channel);
            Row(to, stride, a0, a1, a2, a3);
            Row(to + (Side * stride), stride, b0, b1, b2, b3);
            Row(to + (2 * Side * stride), stride, c0, c1, c2, c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (T, T, T) Column(float** column, int channel)
        {
            var (v1, v2) = (T.Load(column[4] + channel), T.Load(column[8] + channel));
            return (T.Load(column[0] + channel) - v2, v1 + v2, v1 - T.Load(column[12] + channel));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, T v0, T v1, T v2, T v3)
        {
            T.Store(v0 - v2, to);
            T.Store(v1 + v2, to + stride);
            T.Store(v1 - v3, to + (2 * stride));
        }
    }

    /// <inheritdoc/>
    /// <remarks>The middle point's halves count for both results.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MapKernels(float* taps, nint apart, float* to, nint stride) => WinogradDoubled<T>.MapKernels(taps, apart, to, stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapResults(float* sums, nint stride, float* bias, float** results)
    {
        for (var channel = 0; channel < RegisterTile<T>.Columns; channel += T.Count)
        {
            var (v0, v1, v2) = (Column(sums + channel, stride), Column(sums + channel + stride, stride), Column(sums + channel + (2 * stride), stride));
            T.Store(v0 + v1 - v2 + T.Load(bias + channel), results[0] + channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Column(float* column, nint stride) => T.Load(column) + T.Load(column + (Side * stride)) - T.Load(column + (2 * Side * stride));
    }
}
