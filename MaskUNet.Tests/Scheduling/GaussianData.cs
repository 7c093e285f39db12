using MaskUNet.Scheduling;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling;

/// <summary>
/// Data drawn from N(mean, deviation²). The best prediction of the noise is known, and so is the path of every sample to the data:
/// (x - alpha mean) / sqrt(alpha² deviation² + sigma²) stays what it was.
/// </summary>
internal static class GaussianData
{
    private const double Mean = 0.7;
    private const double Deviation = 1.5;

    /// <summary>The sample at a noise level whose standardised value is given.</summary>
    public static Tensor Path(NoiseLevel level, Tensor standard) => (level.Alpha * Mean) + (Spread(level) * standard);

    /// <summary>The expectation of the noise, given the sample.</summary>
    public static Tensor Epsilon(NoiseLevel level, Tensor sample) => level.Sigma / Math.Pow(Spread(level), 2) * (sample - (level.Alpha * Mean));

    private static double Spread(NoiseLevel level) => Math.Sqrt(Math.Pow(level.Alpha * Deviation, 2) + Math.Pow(level.Sigma, 2));
}
