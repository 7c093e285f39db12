using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Makes a layer's logits of its block's generator output: S = (W_in z + b_in) W_out^T + b_out, where b_in belongs to the rows and b_out to the
/// columns.
/// </summary>
internal sealed class MaskAdapter
{
    private readonly Tensor inWeight;
    private readonly Tensor inBias;
    private readonly Tensor outWeight;
    private readonly Tensor outBias;

    /// <param name="scope">The adapter's weights.</param>
    /// <param name="rows">Of z.</param>
    /// <param name="columns">Of z.</param>
    /// <param name="shape">The masked weight's, [out, in].</param>
    public MaskAdapter(WeightScope scope, long rows, long columns, IReadOnlyList<long> shape)
    {
        inWeight = scope["conv_in"].Take("weight", shape[0], rows, 1, 1);
        inBias = scope["conv_in"].Take("bias", shape[0]);
        outWeight = scope["conv_out"].Take("weight", shape[1], columns, 1, 1);
        outBias = scope["conv_out"].Take("bias", shape[1]);
    }

    /// <summary>W_out, [in, columns].</summary>
    public Tensor Columns => Matrix(outWeight);

    /// <summary>b_out, [in].</summary>
    public Tensor ColumnBias => outBias;

    /// <summary>The logits of a batch.</summary>
    /// <param name="z">[B, rows, columns].</param>
    /// <returns>[B, out, in].</returns>
    public Tensor Logits(Tensor z)
    {
        using var scope = NewDisposeScope();
        var logits = ColumnsFirst ? stack([.. Enumerable.Range(0, (int)z.shape[0]).Select(sample => ByColumns(z[sample]))]) : RowLogits(Widen(z));
        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>The logits of one sample.</summary>
    /// <param name="z">[rows, columns].</param>
    /// <param name="widened">What <see cref="Widen"/> gave of the sample, where that is known.</param>
    /// <returns>[out, in].</returns>
    public Tensor SampleLogits(Tensor z, Tensor? widened = null)
    {
        using var scope = NewDisposeScope();
        return (ColumnsFirst ? ByColumns(z) : RowLogits(widened ?? Widen(z.unsqueeze(0))[0])).MoveToOuterDisposeScope();
    }

    /// <summary>W_in z + b_in, what the columns' product is made of.</summary>
    /// <param name="z">[B, rows, columns]; all samples make one product, without copies where their rows lie side by side.</param>
    /// <returns>[B, out, columns], likewise side by side.</returns>
    public Tensor Widen(Tensor z)
    {
        using var scope = NewDisposeScope();
        var (batch, rows) = (z.shape[0], z.shape[1]);
        var product = LinearKernel.Apply(Matrix(inWeight), z.transpose(0, 1).reshape(rows, -1).t(), null);
        return (product + inBias.unsqueeze(1)).view(-1, batch, z.shape[2]).transpose(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of what <see cref="Widen"/> gave.</summary>
    /// <returns>[out, in], with the samples in front where there are any.</returns>
    public Tensor RowLogits(Tensor widened) => LinearKernel.Apply(widened, Columns, ColumnBias);

    /// <summary>What no logit is below.</summary>
    public MaskLogitBounds Bounds() => new(Matrix(inWeight), inBias, Columns, outBias);

    // The two matrix products in either order come to the same; this one takes fewer multiplications.
    internal bool ColumnsFirst
    {
        get
        {
            var (outer, rows, inner, columns) = (inWeight.shape[0], inWeight.shape[1], outWeight.shape[0], outWeight.shape[1]);
            return rows * inner * (columns + outer) < outer * columns * (rows + inner);
        }
    }

    /// <summary>W_in (z W_out^T) + b_in (1 W_out^T) + b_out.</summary>
    internal Tensor ByColumns(Tensor z)
    {
        using var scope = NewDisposeScope();
        var columns = Columns;
        var logits = LinearKernel.Apply(Matrix(inWeight), LinearKernel.Apply(columns, z, null), ColumnBias);
        return addr(logits, inBias, columns.sum(1)).MoveToOuterDisposeScope();
    }

    private static Tensor Matrix(Tensor weight) => weight.view(weight.shape[0], weight.shape[1]);
}
