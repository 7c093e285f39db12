using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Evaluation;

/// <summary>
/// The Fréchet distance between two sets of features, taken as normal distributions: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). With the
/// features of an Inception network it is the FID (Heusel et al., arXiv 1706.08500); with those of CLIP, the FID in CLIP's features.
/// </summary>
public static class FrechetDistance
{
    /// <summary>Measures two sets of features, in double precision.</summary>
    /// <param name="first">[N, D], N at least 2. Fewer rows than columns make the estimate rough.</param>
    /// <param name="second">[M, D], M at least 2.</param>
    /// <returns>0 for equal sets, and more the more they differ.</returns>
    /// <exception cref="InvalidOptionException">The shapes do not fit.</exception>
    /// <exception cref="NumericalException">A feature is NaN or infinite.</exception>
    public static double Of(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.shape is not [>= 2, > 0 and var width] || second.shape is not [>= 2, > 0 and var other] || width != other)
        {
            throw new InvalidOptionException(
                $"Features [{string.Join(", ", first.shape)}] and [{string.Join(", ", second.shape)}] cannot be compared: give [N, D] and [M, D] with at least two rows each.");
        }

        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var (mean, covariance) = Moments(first);
        var (otherMean, otherCovariance) = Moments(second);
        var root = Root(covariance);
        var mixed = linalg.eigvalsh(root.matmul(otherCovariance).matmul(root)).clamp_min(0).sqrt().sum();
        var distance = (mean - otherMean).square().sum() + covariance.trace() + otherCovariance.trace() - (2 * mixed);
        return Math.Max(0, distance.item<double>()); // rounding may take it below
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        var values = features.detach().to(ScalarType.Float64).cpu();
        if (!values.isfinite().all().item<bool>())
        {
            throw new NumericalException("Features to compare hold NaN or infinity: look for a damaged picture or model.");
        }

        var mean = values.mean([0]);
        var centred = values - mean;
        return (mean, centred.t().matmul(centred) / (values.shape[0] - 1));
    }

    private static Tensor Root(Tensor symmetric)
    {
        var (values, vectors) = linalg.eigh(symmetric);
        return (vectors * values.clamp_min(0).sqrt()).matmul(vectors.t());
    }
}
