using System.Runtime.CompilerServices;

namespace MaskUNet.Kernels;

/// <summary>A strip's kernels to Winograd's domain, a matrix [channels, strip] a point.</summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TMaps">The maps.</typeparam>
internal static unsafe class WinogradWeights<T, TMaps>
    where T : unmanaged, ILanes<T>
    where TMaps : IWinogradMaps<T>
{
    public const int Taps = 9;

    /// <summary>Of a lane's channels in by a lane's out.</summary>
    private static int SquareSize => T.Count * T.Count;

    /// <summary>How many numbers <see cref="Write"/> needs beside its result.</summary>
    public static int ScratchSize => Taps * SquareSize;

    /// <summary>The kernels as they are.</summary>
    /// <param name="weights">[strip, 3, 3, inner].</param>
    /// <param name="inner">From a weight to that of the next tap.</param>
    /// <param name="channels">How many of the inner channels.</param>
    /// <param name="to">[channels, strip] a point.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> numbers, aligned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* weights, int inner, int channels, MatrixStack to, float* scratch)
    {
        for (var outer = 0; outer < RegisterTile<T>.Columns; outer += T.Count)
        {
            for (var channel = 0; channel < channels; channel += T.Count)
            {
                for (var tap = 0; tap < Taps; tap++)
                {
                    T.Transpose(weights + ((((nint)outer * Taps) + tap) * inner) + channel, Taps * inner, scratch + (tap * SquareSize));
                }

                for (var lane = 0; lane < T.Count; lane++)
                {
                    TMaps.MapKernels(scratch + (lane * T.Count), SquareSize, to[0] + ((channel + lane) * RegisterTile<T>.Columns) + outer, to.Stride);
                }
            }
        }
    }

    /// <summary>Those of the adjoint: turned by half a circle.</summary>
    /// <param name="weights">[channels, 3, 3, outer].</param>
    /// <param name="outer">From a weight to that of the next tap.</param>
    /// <param name="channels">How many.</param>
    /// <param name="to">[channels, strip] a point.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteAdjoint(float* weights, int outer, int channels, MatrixStack to)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var last = weights + ((((nint)channel * Taps) + Taps - 1) * outer);
            for (var lane = 0; lane < RegisterTile<T>.Columns; lane += T.Count)
            {
                TMaps.MapKernels(last + lane, -outer, to[0] + (channel * RegisterTile<T>.Columns) + lane, to.Stride);
            }
        }
    }
}
