namespace MaskUNet.Scheduling;

/// <summary>
/// The exact part of a step from noise level s to t, which the algorithms differ in; h = lambda_t - lambda_s. With the prediction held
/// constant, x_t = Carry x_s - Gain (e^Exponent - 1) prediction + Noise z.
/// </summary>
/// <param name="Carry">The factor of the sample.</param>
/// <param name="Gain">The factor of the integral.</param>
/// <param name="Exponent">h with its sign and factor.</param>
/// <param name="Noise">The standard deviation of the noise that stochastic algorithms add.</param>
internal readonly record struct ExponentialIntegrator(double Carry, double Gain, double Exponent, double Noise = 0)
{
    /// <summary>e^Exponent - 1.</summary>
    public double Growth => Math.Exp(Exponent) - 1;

    /// <summary>Data prediction: DPM-Solver++, arXiv 2211.01095, equation 8.</summary>
    public static ExponentialIntegrator Data(NoiseLevel s, NoiseLevel t) => new(t.Sigma / s.Sigma, t.Alpha, s.Lambda - t.Lambda);

    /// <summary>Noise prediction: DPM-Solver, arXiv 2206.00927, equation 3.4.</summary>
    public static ExponentialIntegrator Epsilon(NoiseLevel s, NoiseLevel t) => new(t.Alpha / s.Alpha, t.Sigma, t.Lambda - s.Lambda);

    /// <summary>Stochastic data prediction: arXiv 2211.01095, section 5, equation 18.</summary>
    public static ExponentialIntegrator StochasticData(NoiseLevel s, NoiseLevel t)
    {
        var h = t.Lambda - s.Lambda;
        return new(t.Sigma / s.Sigma * Math.Exp(-h), t.Alpha, -2 * h, t.Sigma * Math.Sqrt(1 - Math.Exp(-2 * h)));
    }

    /// <summary>Stochastic noise prediction: arXiv 2211.01095, section 5, equation 17.</summary>
    public static ExponentialIntegrator StochasticEpsilon(NoiseLevel s, NoiseLevel t)
    {
        var h = t.Lambda - s.Lambda;
        return new(t.Alpha / s.Alpha, 2 * t.Sigma, h, t.Sigma * Math.Sqrt(Math.Exp(2 * h) - 1));
    }
}
