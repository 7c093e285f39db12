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

    /// <summary>The logits of a batch.</summary>
    /// <param name="z">[B, rows, columns].</param>
    /// <returns>[B, out, in].</returns>
    public Tensor Logits(Tensor z)
    {
        using var scope = NewDisposeScope();
        return stack([.. Enumerable.Range(0, (int)z.shape[0]).Select(sample => SampleLogits(z[sample]))]).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of one sample.</summary>
    /// <param name="z">[rows, columns].</param>
    /// <param name="widened">What <see cref="Widen"/> gave of z, where that is known.</param>
    /// <returns>[out, in].</returns>
    public Tensor SampleLogits(Tensor z, Tensor? widened = null)
    {
        using var scope = NewDisposeScope();
        return (ColumnsFirst ? ByColumns(z) : RowLogits(widened ?? Widen(z))).MoveToOuterDisposeScope();
    }

    /// <summary>W_in z + b_in, what the columns' product is made of.</summary>
    /// <param name="z">[rows, columns].</param>
    /// <returns>[out, columns].</returns>
    public Tensor Widen(Tensor z)
    {
        using var scope = NewDisposeScope();
        return (LinearKernel.Apply(Matrix(inWeight), z.t(), null) + inBias.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of some rows.</summary>
    /// <param name="widened">Those rows of what <see cref="Widen"/> gave.</param>
    /// <returns>[rows, in].</returns>
    public Tensor RowLogits(Tensor widened) => LinearKernel.Apply(widened, Matrix(outWeight), outBias);

    /// <summary>
    /// How long a row of what <see cref="Widen"/> gives may be while no logit of it can lie below a limit: a logit lies no further below its
    /// column's bias than the product of both lengths (Cauchy and Schwarz). Below 0 where none may.
    /// </summary>
    /// <param name="limit">The limit.</param>
    public double Room(double limit)
    {
        using var scope = NewDisposeScope();
        return ((outBias - limit) / Matrix(outWeight).norm(1).clamp_min(float.Epsilon)).min().item<float>();
    }

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
        var (rowWeight, columnWeight) = (Matrix(inWeight), Matrix(outWeight));
        var widened = LinearKernel.Apply(columnWeight, z, null);
        var logits = LinearKernel.Apply(rowWeight, widened, outBias);
        return addr(logits, inBias, columnWeight.sum(1)).MoveToOuterDisposeScope();
    }

    private static Tensor Matrix(Tensor weight) => weight.view(weight.shape[0], weight.shape[1]);
}
