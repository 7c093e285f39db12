using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaskUNet.Kernels;

/// <summary>
/// A softmax over scores that come block by block, in 64 lanes at once. What was summed before a block is to be multiplied by
/// <see cref="Correction"/>, since the block may have raised the maximum that is subtracted from every score.
/// </summary>
internal readonly unsafe ref struct RunningSoftmax
{
    private const int Lanes = WideTile.Columns;
    private readonly float* maximum;

    /// <param name="state">Aligned memory for three rows of 64.</param>
    public RunningSoftmax(float* state)
    {
        maximum = state;
        Sum = state + Lanes;
        Correction = state + (2 * Lanes);
        new Span<float>(maximum, Lanes).Fill(float.NegativeInfinity);
        new Span<float>(Sum, Lanes).Clear();
    }

    /// <summary>The sum of all exponentials so far, a lane a query.</summary>
    public float* Sum { get; }

    /// <summary>What the last block's maximum makes of earlier sums.</summary>
    public float* Correction { get; }

    /// <summary>Turns a block of scores, [rows, 64], into exponentials.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(float* scores, int rows)
    {
        for (var lane = 0; lane < Lanes; lane += Vector512<float>.Count)
        {
            var before = Vector512.LoadAligned(maximum + lane);
            var highest = before;
            for (var row = 0; row < rows; row++)
            {
                highest = Vector512.MaxNative(highest, Vector512.LoadAligned(scores + (row * Lanes) + lane));
            }

            var correction = Exponential.OfNegative(new WideLanes(before - highest)).Value;
            var sum = Vector512.LoadAligned(Sum + lane) * correction;
            for (var row = 0; row < rows; row++)
            {
                var at = scores + (row * Lanes) + lane;
                var exponential = Exponential.OfNegative(new WideLanes(Vector512.LoadAligned(at) - highest)).Value;
                exponential.StoreAligned(at);
                sum += exponential;
            }

            highest.StoreAligned(maximum + lane);
            sum.StoreAligned(Sum + lane);
            correction.StoreAligned(Correction + lane);
        }
    }
}
