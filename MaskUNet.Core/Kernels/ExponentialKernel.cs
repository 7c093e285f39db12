using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MaskUNet.Training;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Exponentially distributed numbers by counting: each is -log u of 23 bits of a SplitMix64 word, whose state is the key plus the word's
/// number times the golden ratio. 16 at once; a number depends on key and place only.
/// </summary>
internal static unsafe class ExponentialKernel
{
    private const int Lanes = 16;
    private const int Words = Lanes / 2;
    private const int Part = 1 << 15; // of numbers that one thread draws in a row
    private const float Unit = 1f / (1 << 23);

    /// <summary>Fills a stretch of a tensor.</summary>
    /// <param name="tensor">Contiguous float32 in the CPU's memory.</param>
    /// <param name="first">Where the stretch begins.</param>
    /// <param name="count">Its length.</param>
    /// <param name="key">What its numbers follow from.</param>
    public static void Fill(Tensor tensor, long first, long count, ulong key)
    {
        if (count == 0)
        {
            return;
        }

        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)) + (nint)(first * sizeof(float));
        var parts = (int)((count + Part - 1) / Part);
        var workers = Math.Min(get_num_threads(), parts);
        if (workers == 1)
        {
            Fill((float*)start, 0, count, key);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = workers }, part =>
        {
            var from = (long)part * Part;
            Fill((float*)start, from, Math.Min(count, from + Part), key);
        });
    }

    private static void Fill(float* values, long from, long to, ulong key)
    {
        var word = (ulong)from / 2;
        var state = Vector512.Create(key + (word * SplitMix64.Golden)) + (Vector512<ulong>.Indices + Vector512<ulong>.One) * SplitMix64.Golden;
        var stride = Vector512.Create(unchecked(Words * SplitMix64.Golden));
        for (; from + Lanes <= to; from += Lanes, state += stride)
        {
            Next(state).Store(values + from);
        }

        if (from < to)
        {
            Span<float> rest = stackalloc float[Lanes];
            Next(state).CopyTo(rest);
            rest[..(int)(to - from)].CopyTo(new Span<float>(values + from, Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Next(Vector512<ulong> state)
    {
        var bits = SplitMix64.Mix(state).AsUInt32() >>> 9;
        var uniform = (Vector512.ConvertToSingle(bits.AsInt32()) + Vector512.Create(0.5f)) * Unit;
        return -Vector512.Log(uniform);
    }
}
