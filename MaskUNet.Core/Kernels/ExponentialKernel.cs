using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Exponentially distributed numbers by counting: -log u of <see cref="CountedNumbers"/>.</summary>
internal static unsafe class ExponentialKernel
{
    private const int Lanes = CountedNumbers.Lanes;

    /// <summary>Draws them.</summary>
    /// <param name="shape">One sample's, or the samples in front.</param>
    /// <param name="keys">What each sample's numbers follow from.</param>
    /// <returns>Float32, on the CPU, in the caller's dispose scope.</returns>
    public static Tensor Draw(ReadOnlySpan<long> shape, IReadOnlyList<ulong> keys)
    {
        var drawn = empty(shape.ToArray(), float32);
        var count = drawn.numel() / Math.Max(1, keys.Count);
        for (var sample = 0; sample < keys.Count && count > 0; sample++)
        {
            var (start, key) = (TensorAddress.Of(drawn) + (nint)(sample * count * sizeof(float)), keys[sample]);
            Stretches.Run(count, (from, to) => Fill((float*)start, from, to, key));
        }

        return drawn;
    }

    private static void Fill(float* values, long from, long to, ulong key)
    {
        var (state, stride) = (CountedNumbers.State(key, from), CountedNumbers.Stride);
        for (; from + Lanes <= to; from += Lanes, state += stride)
        {
            (-Vector256.Log(CountedNumbers.Uniform(state))).Store(values + from);
        }

        if (from < to)
        {
            Span<float> rest = stackalloc float[Lanes];
            (-Vector256.Log(CountedNumbers.Uniform(state))).CopyTo(rest);
            rest[..(int)(to - from)].CopyTo(new Span<float>(values + from, Lanes));
        }
    }
}
