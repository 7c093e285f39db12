using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Exponentially distributed numbers by counting: -log u of <see cref="CountedNumbers"/>.</summary>
internal static unsafe class ExponentialKernel
{
    private const int Lanes = CountedNumbers.Lanes;

    /// <summary>Fills a stretch of a tensor.</summary>
    /// <param name="tensor">Contiguous float32 in the CPU's memory.</param>
    /// <param name="first">Where the stretch begins.</param>
    /// <param name="count">Its length.</param>
    /// <param name="key">What its numbers follow from.</param>
    public static void Fill(Tensor tensor, long first, long count, ulong key)
    {
        if (count > 0)
        {
            var start = TensorAddress.Of(tensor) + (nint)(first * sizeof(float));
            Stretches.Run(count, (from, to) => Fill((float*)start, from, to, key));
        }
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
