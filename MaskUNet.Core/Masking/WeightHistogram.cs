using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>How weights are spread that masks remove, and those that remain (the paper's Figure 9).</summary>
/// <param name="low">The lower end of the first bin.</param>
/// <param name="high">The upper end of the last bin, which holds it; what lies outside is not counted.</param>
/// <param name="bins">The number of bins, all of one width.</param>
public sealed class WeightHistogram(double low = -0.5, double high = 0.5, int bins = 20)
{
    private readonly long[] removed = new long[bins];
    private readonly long[] remaining = new long[bins];

    /// <summary>Removed weights by bin.</summary>
    public IReadOnlyList<long> Removed => removed;

    /// <summary>Remaining weights by bin.</summary>
    public IReadOnlyList<long> Remaining => remaining;

    /// <summary>Counts a layer in.</summary>
    /// <param name="weight">Its weight.</param>
    /// <param name="mask">Its mask, of zeros and ones, of the weight's shape.</param>
    public void Add(Tensor weight, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        var values = weight.detach().to(ScalarType.Float32).cpu().contiguous().data<float>();
        var kept = mask.detach().to(ScalarType.Bool).cpu().contiguous().data<bool>();
        foreach (var (value, keep) in values.Zip(kept))
        {
            if (value >= low && value <= high)
            {
                var bin = Math.Min(bins - 1, (int)((value - low) / (high - low) * bins));
                (keep ? remaining : removed)[bin]++;
            }
        }
    }
}
