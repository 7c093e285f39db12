namespace MaskUNet.Scheduling;

/// <summary>The noise levels of the training timesteps, as a function and its inverse.</summary>
internal sealed class SigmaTable
{
    private readonly IReadOnlyList<float> sigmas;
    private readonly double[] logarithms;

    /// <param name="sigmas">The level of each training timestep, rising.</param>
    public SigmaTable(IReadOnlyList<float> sigmas)
    {
        this.sigmas = sigmas;
        logarithms = [.. sigmas.Select(sigma => (double)MathF.Log(sigma))];
    }

    public double Min => sigmas[0];

    public double Max => sigmas[^1];

    /// <summary>The level at a timestep, linear between whole ones and constant beyond the ends.</summary>
    public double At(double timestep)
    {
        if (timestep >= sigmas.Count - 1)
        {
            return Max;
        }

        var low = Math.Max(0, (int)timestep);
        return sigmas[low] + ((timestep - low) * ((double)sigmas[low + 1] - sigmas[low]));
    }

    /// <summary>The timestep of a level, linear in the logarithm between whole ones.</summary>
    public double TimestepOf(double sigma)
    {
        var logarithm = Math.Log(Math.Max(sigma, 1e-10));
        var low = Math.Clamp(Array.FindLastIndex(logarithms, l => logarithm >= l), 0, logarithms.Length - 2);
        var weight = Math.Clamp((logarithms[low] - logarithm) / (logarithms[low] - logarithms[low + 1]), 0, 1);
        return low + weight;
    }

    /// <summary>The whole timesteps nearest to levels, halves to even; levels that lie close together share one.</summary>
    public IEnumerable<double> WholeTimestepsOf(IEnumerable<double> levels) =>
        levels.Select(sigma => Math.Round(TimestepOf(sigma), MidpointRounding.ToEven));

    /// <summary>Levels from the highest to the lowest.</summary>
    public static double[] Spread(SigmaSpacing spacing, double max, double min, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Between(spacing, max, min, count == 1 ? 0 : i / (count - 1.0)))];

    private static double Between(SigmaSpacing spacing, double max, double min, double ramp)
    {
        const double Rho = 7; // Karras et al.'s choice
        const double BetaShape = 0.6;
        return spacing switch
        {
            SigmaSpacing.Karras => Math.Pow(Mix(Math.Pow(max, 1 / Rho), Math.Pow(min, 1 / Rho), ramp), Rho),
            SigmaSpacing.Beta => Mix(min, max, BetaDistribution.Quantile(1 - ramp, BetaShape, BetaShape)),
            _ => Math.Exp(Mix(Math.Log(max), Math.Log(min), ramp)),
        };
    }

    private static double Mix(double from, double to, double ramp) => from + (ramp * (to - from));
}
