using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace MaskUNet.Kernels;

/// <summary>The linear maps into and out of Winograd's domain, a channel a lane.</summary>
internal static unsafe class WinogradTransforms
{
    public const int Lanes = 16;
    public const int Taps = 9;

    /// <summary>B^T d B of a tile's 4x4 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pixels(float** pixels, int channels, float* to, nint stride)
    {
        for (var channel = 0; channel < channels; channel += Lanes)
        {
            var (a0, b0, c0, d0) = Map(pixels, channel);
            var (a1, b1, c1, d1) = Map(pixels + 1, channel);
            var (a2, b2, c2, d2) = Map(pixels + 2, channel);
            var (a3, b3, c3, d3) = Map(pixels + 3, channel);
            Row(to + channel, stride, a0, a1, a2, a3);
            Row(to + (4 * stride) + channel, stride, b0, b1, b2, b3);
            Row(to + (8 * stride) + channel, stride, c0, c1, c2, c3);
            Row(to + (12 * stride) + channel, stride, d0, d1, d2, d3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (Vector, Vector, Vector, Vector) Map(float** column, int channel)
        {
            var (v0, v1) = (Vector512.Load(column[0] + channel), Vector512.Load(column[4] + channel));
            var (v2, v3) = (Vector512.Load(column[8] + channel), Vector512.Load(column[12] + channel));
            return (v0 - v2, v1 + v2, v2 - v1, v1 - v3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(float* to, nint stride, Vector v0, Vector v1, Vector v2, Vector v3)
        {
            (v0 - v2).Store(to);
            (v1 + v2).Store(to + stride);
            (v2 - v1).Store(to + (2 * stride));
            (v1 - v3).Store(to + (3 * stride));
        }
    }

    /// <summary>A^T m A, 2x2 pixels of 64 channels, and the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Results(float* sums, nint stride, float* bias, float** results)
    {
        for (var channel = 0; channel < RegisterTile.Columns; channel += Lanes)
        {
            var start = Vector512.Load(bias + channel);
            var (a0, b0) = Map(sums + channel, stride);
            var (a1, b1) = Map(sums + channel + stride, stride);
            var (a2, b2) = Map(sums + channel + (2 * stride), stride);
            var (a3, b3) = Map(sums + channel + (3 * stride), stride);
            (a0 + a1 + a2 + start).Store(results[0] + channel);
            (a1 - a2 - a3 + start).Store(results[1] + channel);
            (b0 + b1 + b2 + start).Store(results[2] + channel);
            (b1 - b2 - b3 + start).Store(results[3] + channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (Vector, Vector) Map(float* column, nint stride)
        {
            var (v0, v1) = (Vector512.Load(column), Vector512.Load(column + (4 * stride)));
            var (v2, v3) = (Vector512.Load(column + (8 * stride)), Vector512.Load(column + (12 * stride)));
            return (v0 + v1 + v2, v1 - v2 - v3);
        }
    }

    /// <summary>The sum of a tile's 2x2 results, 64 channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ResultsSum(float* sums, nint stride, float* result)
    {
        for (var channel = 0; channel < RegisterTile.Columns; channel += Lanes)
        {
            var (v0, v1, v3) = (Map(sums + channel, stride), Map(sums + channel + stride, stride), Map(sums + channel + (3 * stride), stride));
            (v0 + v1 + v1 - v3).Store(result + channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector Map(float* column, nint stride)
        {
            var v1 = Vector512.Load(column + (4 * stride));
            return Vector512.Load(column) + v1 + v1 - Vector512.Load(column + (12 * stride));
        }
    }

    /// <summary>G g G^T of 64 results' weights, [64, 3, 3, inner], to 16 matrices [channels, 64].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* weights, int inner, int channels, WinogradScratch scratch)
    {
        for (var outer = 0; outer < RegisterTile.Columns; outer += Lanes)
        {
            for (var channel = 0; channel < channels; channel += Lanes)
            {
                for (var tap = 0; tap < Taps; tap++)
                {
                    SquareTranspose.Apply(weights + ((((nint)outer * Taps) + tap) * inner) + channel, Taps * inner, scratch.Taps + (tap * SquareTranspose.Size));
                }

                for (var lane = 0; lane < Lanes; lane++)
                {
                    var to = scratch.Weights[0] + ((channel + lane) * RegisterTile.Columns) + outer;
                    Kernels(scratch.Taps + (lane * Lanes), SquareTranspose.Size, to, scratch.Weights.Stride);
                }
            }
        }
    }

    /// <summary>The same for the adjoint: each channel's 64 kernels, [channels, 3, 3, outer], turned by half a circle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdjointWeights(float* weights, int outer, int channels, WinogradScratch scratch)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var last = weights + ((((nint)channel * Taps) + Taps - 1) * outer);
            for (var lane = 0; lane < RegisterTile.Columns; lane += Lanes)
            {
                Kernels(last + lane, -outer, scratch.Weights[0] + (channel * RegisterTile.Columns) + lane, scratch.Weights.Stride);
            }
        }
    }

    /// <summary>G g G^T of 16 kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernels(float* taps, nint apart, float* to, nint stride)
    {
        var (a0, b0, c0, d0) = Map(Vector512.Load(taps), Vector512.Load(taps + (3 * apart)), Vector512.Load(taps + (6 * apart)));
        var (a1, b1, c1, d1) = Map(Vector512.Load(taps + apart), Vector512.Load(taps + (4 * apart)), Vector512.Load(taps + (7 * apart)));
        var (a2, b2, c2, d2) = Map(Vector512.Load(taps + (2 * apart)), Vector512.Load(taps + (5 * apart)), Vector512.Load(taps + (8 * apart)));
        Put(to, stride, Map(a0, a1, a2));
        Put(to + (4 * stride), stride, Map(b0, b1, b2));
        Put(to + (8 * stride), stride, Map(c0, c1, c2));
        Put(to + (12 * stride), stride, Map(d0, d1, d2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (Vector, Vector, Vector, Vector) Map(Vector g0, Vector g1, Vector g2)
        {
            var (ends, middle) = ((g0 + g2) * 0.5f, g1 * 0.5f);
            return (g0, ends + middle, ends - middle, g2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Put(float* to, nint stride, (Vector, Vector, Vector, Vector) values)
        {
            values.Item1.Store(to);
            values.Item2.Store(to + stride);
            values.Item3.Store(to + (2 * stride));
            values.Item4.Store(to + (3 * stride));
        }
    }
}
