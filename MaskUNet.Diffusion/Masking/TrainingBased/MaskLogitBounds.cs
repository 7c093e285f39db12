using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// What no logit of an adapter is below: it lies no further below its column's bias than the product of its row's and its column's length
/// (Cauchy and Schwarz).
/// </summary>
internal sealed class MaskLogitBounds
{
    private readonly Tensor inLengths;
    private readonly Tensor inSizes;
    private readonly Tensor longest;
    private readonly Tensor lowestBias;

    /// <summary>Belongs to the caller's dispose scope.</summary>
    /// <param name="inWeight">W_in, [out, rows].</param>
    /// <param name="inBias">b_in, [out].</param>
    /// <param name="outWeight">W_out, [in, columns].</param>
    /// <param name="outBias">b_out, [in].</param>
    public MaskLogitBounds(Tensor inWeight, Tensor inBias, Tensor outWeight, Tensor outBias)
    {
        (inLengths, inSizes) = (Lengths(inWeight), inBias.abs() * Math.Sqrt(outWeight.shape[1]));
        (longest, lowestBias) = (Lengths(outWeight).max(), outBias.min());
    }

    /// <summary>Before any product.</summary>
    /// <param name="z">[B, rows, columns].</param>
    /// <returns>A bound a row, [B, out].</returns>
    public Tensor Of(Tensor z)
    {
        using var scope = NewDisposeScope();
        return Lowest((linalg.vector_norm(z, 2, [1, 2]).unsqueeze(1) * inLengths) + inSizes).MoveToOuterDisposeScope();
    }

    /// <summary>A much closer one, after one of the two products.</summary>
    /// <param name="widened">W_in z + b_in, [B, out, columns].</param>
    /// <returns>A bound a row, [B, out].</returns>
    public Tensor OfWidened(Tensor widened)
    {
        using var scope = NewDisposeScope();
        return Lowest(Lengths(widened)).MoveToOuterDisposeScope();
    }

    private static Tensor Lengths(Tensor matrix) => linalg.vector_norm(matrix, 2, [-1]);

    private Tensor Lowest(Tensor lengths) => lowestBias - (lengths * longest);
}
