using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Hard masks of logits under single-sided noise, in one pass and without logarithms: S - log E exceeds a bound where E, which is -log u, is
/// below e^(S - bound); so a weight is kept where u exceeds exp(-e^(S - bound)). The numbers u are those of <see cref="ExponentialKernel"/>.
/// </summary>
internal static unsafe class HardMaskKernel
{
    private const int Lanes = CountedNumbers.Lanes;
    private const int Block = 4 * Lanes; // masks of a vector of bytes

    /// <summary>No number u is so small that a weight this far above the bound is dropped: 2^-24 exceeds exp(-e^3).</summary>
    public const float Certain = 3;

    private static readonly float RateOfCertain = MathF.Exp(Certain);

    /// <summary>Whether logits are of a kind that it knows.</summary>
    public static bool Fits(Tensor logits) => logits.device_type == DeviceType.CPU && logits.dtype == ScalarType.Float32;

    /// <summary>Draws the masks of one sample.</summary>
    /// <param name="logits">Float32 in the CPU's memory.</param>
    /// <param name="bound">What a logit and its noise together must exceed.</param>
    /// <param name="key">What the random numbers follow from.</param>
    /// <param name="masks">Contiguous boolean, of one mask or of several.</param>
    /// <param name="first">Where among them this one begins.</param>
    public static void Fill(Tensor logits, double bound, ulong key, Tensor masks, long first)
    {
        using var scope = NewDisposeScope();
        var values = logits.contiguous();
        var count = values.numel();
        if (count > 0)
        {
            var (from, to) = (TensorAddress.Of(values), TensorAddress.Of(masks) + (nint)first);
            Stretches.Run(count, (begin, end) => Fill((float*)from, (byte*)to, begin, end, (float)bound, key));
        }
    }

    private static void Fill(float* logits, byte* masks, long from, long to, float bound, ulong key)
    {
        var (state, stride) = (CountedNumbers.State(key, from), CountedNumbers.Stride);
        for (; from + Block <= to; from += Block)
        {
            var values = logits + from;
            var first = Keep(Vector256.Load(values), state, bound);
            var second = Keep(Vector256.Load(values + Lanes), state + stride, bound);
            var third = Keep(Vector256.Load(values + (2 * Lanes)), state + (stride * 2), bound);
            var fourth = Keep(Vector256.Load(values + (3 * Lanes)), state + (stride * 3), bound);
            state += stride * 4;
            var kept = Vector256.Narrow(Vector256.Narrow(first, second), Vector256.Narrow(third, fourth));
            (kept.AsByte() & Vector256<byte>.One).Store(masks + from);
        }

        var rest = stackalloc float[Lanes];
        for (; from < to; from += Lanes, state += stride)
        {
            var length = (int)Math.Min(Lanes, to - from);
            new Span<float>(logits + from, length).CopyTo(new Span<float>(rest, Lanes));
            Put(Keep(Vector256.Load(rest), state, bound), masks + from, length);
        }
    }

    /// <summary>Writes some masks of a vector.</summary>
    /// <param name="kept">What <see cref="Keep"/> gave.</param>
    /// <param name="masks">Where they go.</param>
    /// <param name="count">How many.</param>
    public static void Put(Vector256<int> kept, byte* masks, int count)
    {
        for (var i = 0; i < count; i++)
        {
            masks[i] = (byte)(kept[i] & 1);
        }
    }

    /// <summary>All bits of a lane where the weight is kept; no number is never kept.</summary>
    /// <param name="logits">S.</param>
    /// <param name="state">Of the random numbers.</param>
    /// <param name="bound">What a logit and its noise together must exceed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Keep(Vector256<float> logits, Vector256<ulong> state, float bound)
    {
        var excess = logits - Vector256.Create(bound);
        if (Vector256.GreaterThanOrEqualAll(excess, Vector256.Create(Certain)))
        {
            return Vector256<int>.AllBitsSet;
        }

        var below = Vector256.MinNative(Vector256.Create(Certain), excess) - Vector256.Create(Certain);
        var rate = Exponential.OfNegative(new NarrowLanes(below)).Value * RateOfCertain;
        return Vector256.GreaterThan(CountedNumbers.Uniform(state), Exponential.OfNegative(new NarrowLanes(-rate)).Value).AsInt32();
    }
}
