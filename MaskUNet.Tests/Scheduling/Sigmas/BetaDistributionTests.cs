using MaskUNet.Scheduling;

namespace MaskUNet.Tests.Scheduling.Sigmas;

public class BetaDistributionTests
{
    public static IEnumerable<object[]> Shares => Enumerable.Range(0, 21).Select(i => new object[] { i / 20.0 });

    [Theory]
    [MemberData(nameof(Shares))]
    public void Quantiles_are_those_of_the_closed_forms(double p)
    {
        BetaDistribution.Quantile(p, 1, 1).Should().BeApproximately(p, 1e-10);
        BetaDistribution.Quantile(p, 0.5, 0.5).Should().BeApproximately(Math.Pow(Math.Sin(Math.PI * p / 2), 2), 1e-10); // the arcsine distribution
        BetaDistribution.Quantile(p, 2, 1).Should().BeApproximately(Math.Sqrt(p), 1e-10);
        BetaDistribution.Quantile(p, 1, 3).Should().BeApproximately(1 - Math.Cbrt(1 - p), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Shares))]
    public void A_symmetric_distribution_has_symmetric_quantiles(double p) =>
        (BetaDistribution.Quantile(p, 0.6, 0.6) + BetaDistribution.Quantile(1 - p, 0.6, 0.6)).Should().BeApproximately(1, 1e-10);
}
