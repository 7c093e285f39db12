using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// A weight times boolean masks. libtorch would write the masks down as floating-point numbers first; here they select the weight's bits.
/// </summary>
internal static unsafe class MaskedWeightKernel
{
    private const int Lanes = 8;
    private const int Block = 4 * Lanes; // masks of a vector of bytes

    /// <summary>The products.</summary>
    /// <param name="weight">Any shape.</param>
    /// <param name="mask">Of that shape, or with a batch in front; boolean or of the weight's type.</param>
    /// <returns>Of the mask's shape and the weight's type.</returns>
    public static Tensor Apply(Tensor weight, Tensor mask)
    {
        var fits = weight.device_type == DeviceType.CPU && weight.dtype == ScalarType.Float32 && mask.dtype == ScalarType.Bool
            && weight.is_contiguous() && mask.is_contiguous() && weight.numel() > 0 && !Gradients.AreRecorded(weight);
        if (!fits)
        {
            return weight * mask;
        }

        using var scope = NewDisposeScope();
        var result = empty(mask.shape, ScalarType.Float32);
        var (from, masks, to) = (TensorAddress.Of(weight), TensorAddress.Of(mask), TensorAddress.Of(result));
        var count = weight.numel();
        for (var first = 0L; first < mask.numel(); first += count)
        {
            var offset = (nint)first;
            Stretches.Run(count, (begin, end) => Select((float*)from, (byte*)masks + offset, (float*)to + offset, begin, end));
        }

        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Whether the masks keep every weight, one answer a sample.</summary>
    /// <param name="masks">[B, ...], boolean or of the weight's type.</param>
    public static bool[] KeepAll(Tensor masks)
    {
        using var scope = NewDisposeScope();
        if (masks.device_type != DeviceType.CPU || masks.dtype != ScalarType.Bool || !masks.is_contiguous())
        {
            return (masks.dtype == ScalarType.Bool ? masks : masks.detach().eq(1)).flatten(1).all(1).cpu().data<bool>().ToArray();
        }

        // Most masks have a zero among their first bytes.
        var (start, count) = (TensorAddress.Of(masks), masks.numel() / masks.shape[0]);
        return [.. Enumerable.Range(0, (int)masks.shape[0]).Select(i => new ReadOnlySpan<byte>((byte*)start + (i * (nint)count), (int)count).IndexOf((byte)0) < 0)];
    }

    private static void Select(float* weight, byte* mask, float* result, long from, long to)
    {
        for (; from + Block <= to; from += Block)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(mask + from));
            var (first, second) = Vector256.Widen(low);
            var (third, fourth) = Vector256.Widen(high);
            Select(weight + from, first, result + from);
            Select(weight + from + Lanes, second, result + from + Lanes);
            Select(weight + from + (2 * Lanes), third, result + from + (2 * Lanes));
            Select(weight + from + (3 * Lanes), fourth, result + from + (3 * Lanes));
        }

        for (; from < to; from++)
        {
            result[from] = mask[from] == 0 ? 0 : weight[from];
        }
    }

    // 0 minus one is all bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Select(float* weight, Vector256<uint> mask, float* result) =>
        (Vector256.Load(weight).AsUInt32() & (Vector256<uint>.Zero - mask)).AsSingle().Store(result);
}
