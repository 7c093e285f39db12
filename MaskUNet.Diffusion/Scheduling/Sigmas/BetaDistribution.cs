namespace MaskUNet.Scheduling;

/// <summary>The beta distribution.</summary>
internal static class BetaDistribution
{
    private const int Bisections = 60; // halves [0, 1] down to double precision
    private const int Terms = 200;
    private const double Tiny = 1e-300;

    /// <summary>The value that the given share of the distribution lies below.</summary>
    public static double Quantile(double probability, double a, double b)
    {
        if (probability is <= 0 or >= 1)
        {
            return Math.Clamp(probability, 0, 1);
        }

        double low = 0, high = 1;
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cumulative(middle, a, b) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The share of the distribution below x: the regularised incomplete beta function.</summary>
    private static double Cumulative(double x, double a, double b) => x < (a + 1) / (a + b + 2)
        ? Front(x, a, b) / (a * Fraction(x, a, b))
        : 1 - (Front(1 - x, b, a) / (b * Fraction(1 - x, b, a)));

    private static double Front(double x, double a, double b) => Math.Pow(x, a) * Math.Pow(1 - x, b) / Beta(a, b);

    /// <summary>The continued fraction 1 + d_1 / (1 + d_2 / (1 + ...)), DLMF 8.17.22, from its far end.</summary>
    private static double Fraction(double x, double a, double b)
    {
        double value = 1;
        for (var m = Terms; m >= 1; m--)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            var odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + (2 * m) - 2) * (a + (2 * m) - 1));
            value = 1 + (odd / NotZero(1 + (even / NotZero(value))));
        }

        return value;
    }

    private static double NotZero(double value) => value == 0 ? Tiny : value;

    /// <summary>The complete beta function, by the gamma function's recurrence and Stirling's series.</summary>
    private static double Beta(double a, double b) => Math.Exp(LogGamma(a) + LogGamma(b) - LogGamma(a + b));

    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++)
        {
            shift -= Math.Log(x);
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * ((1 / 12.0) - (square * ((1 / 360.0) - (square * ((1 / 1260.0) - (square / 1680))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (Math.Log(2 * Math.PI) / 2) + series;
    }
}
