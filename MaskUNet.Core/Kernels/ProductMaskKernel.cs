using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Hard masks of logits that are a product, as <see cref="HardMaskKernel"/> draws them of the logits, but made only where a weight's number is so
/// small that it may be dropped: row by column, as few as those are.
/// </summary>
internal static unsafe class ProductMaskKernel
{
    /// <summary>Draws the masks of one sample.</summary>
    /// <param name="rows">[out, k], float32 in the CPU's memory; the rows may lie apart.</param>
    /// <param name="columns">[in, k], likewise; in is even.</param>
    /// <param name="bias">[in], likewise. The logits are rows columns^T + bias.</param>
    /// <param name="doubts">A number for each row: only weights whose own number is not above it may be dropped.</param>
    /// <param name="bound">What a logit and its noise together must exceed.</param>
    /// <param name="key">What the random numbers follow from.</param>
    /// <param name="masks">Contiguous boolean, of one mask or of several.</param>
    /// <param name="first">Where among them this one begins.</param>
    public static void Fill(Tensor rows, Tensor columns, Tensor bias, IReadOnlyList<float> doubts, double bound, ulong key, Tensor masks, long first)
    {
        using var scope = NewDisposeScope();
        var (left, right, sum) = (rows.stride(1) == 1 ? rows : rows.contiguous(), columns.contiguous(), bias.contiguous());
        var limits = doubts.Select(doubt => CountedNumbers.BitsOf(doubt)).ToArray();
        var product = new Product(TensorAddress.Of(left), left.stride(0), TensorAddress.Of(right), TensorAddress.Of(sum), right.shape[0], (int)right.shape[1]);
        var to = TensorAddress.Of(masks) + (nint)first;
        Stretches.Run(limits.Length * product.Columns, (begin, end) =>
        {
            for (var row = begin / product.Columns; begin < end; row++)
            {
                var next = Math.Min(end, (row + 1) * product.Columns);
                FillRow(product, row, begin, next, limits[row], (float)bound, key, (byte*)to);
                begin = next;
            }
        });
    }

    private static void FillRow(Product product, long row, long from, long to, int limit, float bound, ulong key, byte* masks)
    {
        new Span<byte>(masks + from, (int)(to - from)).Fill(1);
        if (limit < 0)
        {
            return;
        }

        var (state, stride, least) = (CountedNumbers.State(key, from), CountedNumbers.Stride, Vector256.Create(limit));
        for (; from < to; from += CountedNumbers.Lanes, state += stride)
        {
            var doubtful = Vector256.LessThanOrEqual(CountedNumbers.Bits(state), least);
            if (doubtful != Vector256<int>.Zero)
            {
                Decide(product, row, from - (row * product.Columns), (int)Math.Min(CountedNumbers.Lanes, to - from), doubtful, state, bound, masks + from);
            }
        }
    }

    // What no number drops stands in for the logits that are not made.
    private static void Decide(Product product, long row, long column, int count, Vector256<int> doubtful, Vector256<ulong> state, float bound, byte* masks)
    {
        var logits = Vector256.Create(bound + HardMaskKernel.Certain);
        for (var i = 0; i < count; i++)
        {
            if (doubtful[i] != 0)
            {
                logits = logits.WithElement(i, product.At(row, column + i));
            }
        }

        HardMaskKernel.Put(HardMaskKernel.Keep(logits, state, bound), masks, count);
    }

    private readonly record struct Product(nint Left, long Stride, nint Right, nint Bias, long Columns, int Length)
    {
        public float At(long row, long column) =>
            Dot((float*)Left + (row * Stride), (float*)Right + (column * Length)) + ((float*)Bias)[column];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private float Dot(float* left, float* right)
        {
            const int Step = 8;
            var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
            var i = 0;
            for (; i + (2 * Step) <= Length; i += 2 * Step)
            {
                even = Vector256.FusedMultiplyAdd(Vector256.Load(left + i), Vector256.Load(right + i), even);
                odd = Vector256.FusedMultiplyAdd(Vector256.Load(left + i + Step), Vector256.Load(right + i + Step), odd);
            }

            var sum = Vector256.Sum(even + odd);
            for (; i < Length; i++)
            {
                sum += left[i] * right[i];
            }

            return sum;
        }
    }
}
