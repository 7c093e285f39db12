using TorchSharp;
using static TorchSharp.torch;
using Memory = System.Runtime.InteropServices.NativeMemory;

namespace MaskUNet.Kernels;

/// <summary>
/// Attention that never leaves the processor's caches (Dao et al. 2022, Milakov and Gimelshein 2018): 64 queries at a time, side by side
/// in vector registers, pass by the keys block by block, with a running maximum and sum a query. Works on the tensors as they lie.
/// </summary>
internal static unsafe class FusedAttention
{
    private const int Lanes = WideTile.Columns;
    private const int KeyBlock = 64;

    /// <summary>Whether the processor has the vectors for it, and the tensors are plain float32 of a size that it knows.</summary>
    public static bool Fits(Tensor query, Tensor key, int heads) =>
        WideLanes.AreSupported && query.device_type == DeviceType.CPU && query.dtype == ScalarType.Float32
        && query.shape[2] / heads % WideTile.Rows == 0 && key.shape[1] >= WideTile.Rows
        && Math.Max(query.numel(), key.numel()) <= int.MaxValue / sizeof(float);

    /// <inheritdoc cref="AttentionKernel.Apply"/>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value, int heads)
    {
        using var scope = NewDisposeScope();
        var (batch, queries, channels, keys) = ((int)query.shape[0], (int)query.shape[1], (int)query.shape[2], (int)key.shape[1]);
        var width = channels / heads;
        var output = empty(query.shape);
        var (from, keyRows, valueRows, to) = (TensorAddress.Of(query.contiguous()), TensorAddress.Of(key.contiguous()), TensorAddress.Of(value.contiguous()), TensorAddress.Of(output));
        var blocks = (queries + Lanes - 1) / Lanes;
        Parallel.For(
            0,
            batch * heads * blocks,
            new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            () => (nint)Memory.AlignedAlloc((nuint)(((2 * width) + KeyBlock + 3) * Lanes * sizeof(float)), Lanes),
            (item, _, scratch) =>
            {
                var (head, block) = Math.DivRem(item, blocks);
                var sample = Math.DivRem(head, heads, out head);
                var first = block * Lanes;
                var offset = ((nint)sample * queries * channels) + ((nint)first * channels) + (head * width);
                var keyOffset = ((nint)sample * keys * channels) + (head * width);
                Attend(
                    (float*)from + offset, (float*)keyRows + keyOffset, (float*)valueRows + keyOffset, (float*)to + offset,
                    Math.Min(Lanes, queries - first), keys, width, channels, (float*)scratch);
                return scratch;
            },
            scratch => Memory.AlignedFree((void*)scratch));
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Up to 64 queries of one head; rows of all four arrays lie <paramref name="stride"/> apart.</summary>
    private static void Attend(float* query, float* key, float* value, float* output, int count, int keys, int width, int stride, float* scratch)
    {
        var turned = scratch;
        var sums = turned + (width * Lanes);
        var scores = sums + (width * Lanes);
        var softmax = new RunningSoftmax(scores + (KeyBlock * Lanes));
        Turn(query, count, width, stride, turned);
        new Span<float>(sums, width * Lanes).Clear();
        var blocks = (keys + KeyBlock - 1) / KeyBlock; // as even as can be, so that none is shorter than a tile
        for (var block = 0; block < blocks; block++)
        {
            var first = (int)((long)keys * block / blocks);
            var length = (int)((long)keys * (block + 1) / blocks) - first;
            for (var row = 0; row < length; row += WideTile.Rows)
            {
                var start = Math.Min(row, length - WideTile.Rows); // the last tile may overlap the one before
                WideTile.Multiply(key + ((nint)(first + start) * stride), stride, 1, turned, width, scores + (start * Lanes), null);
            }

            softmax.Take(scores, length);
            for (var channel = 0; channel < width; channel += WideTile.Rows)
            {
                WideTile.Multiply(value + ((nint)first * stride) + channel, 1, stride, scores, length, sums + (channel * Lanes), softmax.Correction);
            }
        }

        for (var i = 0; i < count; i++)
        {
            var factor = 1 / softmax.Sum[i];
            for (var channel = 0; channel < width; channel++)
            {
                output[((nint)i * stride) + channel] = sums[(channel * Lanes) + i] * factor;
            }
        }
    }

    /// <summary>The queries by channel, a query a lane, scaled; zeros in the lanes that have none.</summary>
    private static void Turn(float* query, int count, int width, int stride, float* turned)
    {
        var scale = (float)(1 / Math.Sqrt(width));
        new Span<float>(turned, width * Lanes).Clear();
        for (var i = 0; i < count; i++)
        {
            for (var channel = 0; channel < width; channel++)
            {
                turned[(channel * Lanes) + i] = query[((nint)i * stride) + channel] * scale;
            }
        }
    }
}
