using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// A noise level, x = alpha x_0 + sigma epsilon, and what a prediction at it means. Variance preserving where alpha² + sigma² = 1, as
/// models see their input; schedulers that work with x_0 + sigma epsilon have alpha 1.
/// </summary>
/// <remarks>Intermediate tensors stay in the caller's scope.</remarks>
/// <param name="Alpha">The factor of the clean sample x_0.</param>
/// <param name="Sigma">The factor of the noise epsilon.</param>
internal readonly record struct NoiseLevel(double Alpha, double Sigma)
{
    /// <summary>Half the logarithm of the signal-to-noise ratio, log(alpha / sigma); infinite without noise.</summary>
    public double Lambda => Math.Log(Alpha) - Math.Log(Sigma);

    private double Norm => Math.Sqrt((Alpha * Alpha) + (Sigma * Sigma));

    /// <summary>The variance-preserving level that keeps a share of the clean sample's variance.</summary>
    /// <param name="alphaCumprod">The share, in [0, 1].</param>
    public static NoiseLevel FromAlphaCumprod(double alphaCumprod) => new(Math.Sqrt(alphaCumprod), Math.Sqrt(1 - alphaCumprod));

    /// <summary>The variance-preserving level of a noise-to-signal ratio.</summary>
    /// <param name="sigma">sigma / alpha, at least 0.</param>
    public static NoiseLevel FromSigma(double sigma)
    {
        var alpha = 1 / Math.Sqrt((sigma * sigma) + 1);
        return new(alpha, sigma * alpha);
    }

    /// <summary>The clean sample x_0 that a prediction implies.</summary>
    /// <param name="type">What was predicted.</param>
    /// <param name="output">The prediction.</param>
    /// <param name="sample">The sample at this level.</param>
    public Tensor Original(PredictionType type, Tensor output, Tensor sample) => type switch
    {
        PredictionType.Epsilon => (sample - (Sigma * output)) / Alpha,
        PredictionType.VPrediction => (Alpha / (Norm * Norm) * sample) - (Sigma / Norm * output),
        _ => output,
    };

    /// <summary>The noise epsilon that a prediction implies.</summary>
    /// <param name="type">What was predicted.</param>
    /// <param name="output">The prediction.</param>
    /// <param name="sample">The sample at this level.</param>
    public Tensor Epsilon(PredictionType type, Tensor output, Tensor sample) => type switch
    {
        PredictionType.Epsilon => output,
        PredictionType.VPrediction => (Alpha / Norm * output) + (Sigma / (Norm * Norm) * sample),
        _ => EpsilonOf(output, sample),
    };

    /// <summary>The noise epsilon that a clean sample implies.</summary>
    /// <param name="original">The clean sample x_0.</param>
    /// <param name="sample">The sample at this level.</param>
    public Tensor EpsilonOf(Tensor original, Tensor sample) => (sample - (Alpha * original)) / Sigma;

    /// <summary>Brings a clean sample to this level.</summary>
    /// <param name="original">The clean sample x_0.</param>
    /// <param name="noise">Standard normal noise.</param>
    public Tensor AddNoise(Tensor original, Tensor noise) => (Alpha * original) + (Sigma * noise);
}
