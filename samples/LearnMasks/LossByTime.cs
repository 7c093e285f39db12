using System.Globalization;

namespace MaskUNet.Samples.LearnMasks;

/// <summary>A loss of all timesteps, and of each quarter of them, the least noisy first.</summary>
internal sealed record LossByTime(double Mean, IReadOnlyList<double> Quarters)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Mean:F5} ({string.Join(", ", Quarters.Select(quarter => quarter.ToString("F5", CultureInfo.InvariantCulture)))})");
}
