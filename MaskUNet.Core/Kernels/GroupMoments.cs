using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// Mean and variance of one picture's channel groups, gathered strip by strip: each strip's own moments in float32, their combination
/// (Chan, Golub and LeVeque 1983) in float64.
/// </summary>
internal sealed class GroupMoments : IDisposable
{
    // Strips come and go in scopes of their own, so the moments stand outside of any.
    private readonly List<Tensor> means = [];
    private readonly List<Tensor> variances = [];
    private readonly List<double> counts = [];

    /// <summary>Takes a strip in.</summary>
    /// <param name="strip">[1, C, h, W], channels-last.</param>
    public void Add(Tensor strip)
    {
        using var scope = NewDisposeScope();
        var (mean, variance) = ChannelPasses.Fits(strip) ? ChannelPasses.Moments(strip) : Moments(strip);
        means.Add(mean.DetachFromDisposeScope());
        variances.Add(variance.DetachFromDisposeScope());
        counts.Add(strip.shape[2] * strip.shape[3]);
    }

    /// <summary>At least float32: squares of half-precision values overflow, and their sums lose the digits that matter.</summary>
    public static Tensor Widen(Tensor values) => values.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? values.to(float32) : values;

    /// <summary>Each group's mean, and the inverse of its deviation, 1 / sqrt(variance + eps): [2, groups], float64.</summary>
    public Tensor Statistics(int groups, double eps)
    {
        using var scope = NewDisposeScope();
        Tensor Grouped(IEnumerable<Tensor> moments) => stack(moments).to(float64).view(counts.Count, groups, -1);

        var mean = Grouped(means);
        var share = (tensor(counts.ToArray(), device: mean.device) / (counts.Sum() * mean.shape[2])).view(-1, 1, 1);
        var groupMean = (mean * share).sum([0, 2], keepdim: true);
        var groupVariance = ((Grouped(variances) + (mean - groupMean).square()) * share).sum([0, 2]);
        return stack([groupMean.view(-1), (groupVariance + eps).rsqrt()]).MoveToOuterDisposeScope();
    }

    /// <summary>The normalisation as a factor and a summand of each channel, [1, C, 1, 1]: (x - mean) / sqrt(variance + eps) * weight + bias.</summary>
    /// <param name="statistics">What <see cref="Statistics"/> gave.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    public static (Tensor Factor, Tensor Summand) Affine(Tensor statistics, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var (mean, inverse) = (statistics[0].view(-1, 1), statistics[1].view(-1, 1));
        var factor = weight.to(float64).view(mean.shape[0], -1) * inverse;
        var summand = bias.to(float64).view(mean.shape[0], -1) - (mean * factor);
        return (Shaped(factor), Shaped(summand));

        Tensor Shaped(Tensor values) => values.to(weight.dtype == ScalarType.Float64 ? float64 : float32).view(1, -1, 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the strips' moments.</summary>
    public void Dispose()
    {
        foreach (var moment in means.Concat(variances))
        {
            moment.Dispose();
        }
    }

    private static (Tensor Mean, Tensor Variance) Moments(Tensor strip)
    {
        var pixels = Widen(strip).permute(0, 2, 3, 1).reshape(-1, strip.shape[1]);
        var mean = pixels.mean([0]);
        return (mean, (pixels - mean).pow_(2).mean([0]));
    }
}
