using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>What a group normalisation does.</summary>
/// <param name="Groups">The number of groups.</param>
/// <param name="Eps">Added to the variance.</param>
/// <param name="Silu">Whether SiLU follows.</param>
internal sealed record GroupNormSettings(int Groups, double Eps, bool Silu);

/// <summary>
/// Group normalisation of large channels-last pictures, strip by strip, each small enough to stay in the cache. libtorch's own goes over the
/// whole picture several times, and loses digits (1e-5 at 512 x 512, where 1e-7 is due).
/// </summary>
internal static class StripGroupNorm
{
    private const long StripElements = 1 << 19;

    /// <summary>Normalises.</summary>
    /// <param name="settings">Groups, epsilon and whether SiLU follows.</param>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <returns>The result, channels-last, and the statistics, [B, 2, groups], for <see cref="InputGradient"/>; both in the caller's dispose scope.</returns>
    public static (Tensor Output, Tensor Statistics) Forward(GroupNormSettings settings, Tensor input, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var (output, statistics) = (Like(input), Statistics(settings, input));
        for (long picture = 0; picture < input.shape[0]; picture++)
        {
            var (source, target) = (input.narrow(0, picture, 1), output.narrow(0, picture, 1));
            var affine = GroupMoments.Affine(statistics[picture], weight, bias);
            ForStrips(input, rows => Normalise(rows.Of(source), affine, settings.Silu, rows.Of(target)));
        }

        return (output.MoveToOuterDisposeScope(), statistics.MoveToOuterDisposeScope());
    }

    /// <summary>What <see cref="Forward"/> normalises by.</summary>
    /// <param name="settings">Groups and epsilon.</param>
    /// <param name="input">[B, C, H, W].</param>
    /// <returns>[B, 2, groups], as <see cref="GroupMoments.Statistics"/> gives it.</returns>
    public static Tensor Statistics(GroupNormSettings settings, Tensor input)
    {
        using var scope = NewDisposeScope();
        var statistics = new List<Tensor>();
        for (long picture = 0; picture < input.shape[0]; picture++)
        {
            var source = input.narrow(0, picture, 1);
            using var moments = new GroupMoments();
            ForStrips(input, rows => moments.Add(rows.Of(source)));
            statistics.Add(moments.Statistics(settings.Groups, settings.Eps));
        }

        return stack(statistics).MoveToOuterDisposeScope();
    }

    /// <summary>factor * x + summand, optionally followed by SiLU.</summary>
    /// <param name="strip">[1, C, h, W].</param>
    /// <param name="affine">What <see cref="GroupMoments.Affine(Tensor, Tensor, Tensor)"/> gave.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    public static Tensor Normalise(Tensor strip, (Tensor Factor, Tensor Summand) affine, bool silu)
    {
        var result = Like(strip);
        Normalise(strip, affine, silu, result);
        return result;
    }

    /// <summary>
    /// The gradient by the input. With d the gradient by the normalised values n, by channel c of group g of N values with mean m and inverse
    /// deviation r: r w_c d - r mean_g(w d) - r^2 (x - m) mean_g(w d r (x - m)).
    /// </summary>
    /// <param name="settings">As in <see cref="Forward"/>.</param>
    /// <param name="gradient">By the result, [B, C, H, W], float32.</param>
    /// <param name="input">As in <see cref="Forward"/>, float32.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="statistics">What <see cref="Forward"/> gave.</param>
    /// <param name="output">Where it goes, <see cref="Like"/> the input; it may be <paramref name="gradient"/>.</param>
    public static void InputGradient(GroupNormSettings settings, Tensor gradient, Tensor input, Tensor weight, Tensor bias, Tensor statistics, Tensor output)
    {
        using var scope = NewDisposeScope();
        for (long picture = 0; picture < input.shape[0]; picture++)
        {
            var (above, source, target) = (gradient.narrow(0, picture, 1), input.narrow(0, picture, 1), output.narrow(0, picture, 1));
            var groups = statistics[picture];
            var affine = GroupMoments.Affine(groups, weight, bias);
            var mean = PerChannel(groups[0].view(1, -1, 1).expand(1, -1, weight.shape[0] / settings.Groups));
            var (sum, moment) = (zeros_like(weight, float64), zeros_like(weight, float64));
            ForStrips(input, rows =>
            {
                var (first, second) = Slopes(rows.Of(above), rows.Of(source), affine, mean, settings.Silu, rows.Of(target));
                sum.add_(first);
                moment.add_(second);
            });

            var (linear, constant) = Corrections(groups, weight, sum, moment, input.shape[2] * input.shape[3]);
            ForStrips(input, rows => Correct(rows.Of(target), rows.Of(source), affine.Factor, linear, constant));
        }
    }

    private static void Normalise(Tensor strip, (Tensor Factor, Tensor Summand) affine, bool silu, Tensor result)
    {
        if (ChannelPasses.Fits(strip))
        {
            ChannelPasses.Normalise(strip, affine, silu, result);
            return;
        }

        using var scope = NewDisposeScope();
        var normalised = addcmul(affine.Summand, GroupMoments.Widen(strip), affine.Factor, 1);
        result.copy_(silu ? nn.functional.silu(normalised, inplace: true) : normalised);
    }

    // Writes the gradient by what SiLU was given; each channel's sums of it and of its products with x - mean.
    private static (Tensor Sum, Tensor Moment) Slopes(Tensor above, Tensor strip, (Tensor Factor, Tensor Summand) affine, Tensor mean, bool silu, Tensor result)
    {
        if (ChannelPasses.Fits(strip))
        {
            return ChannelPasses.Slopes(ChannelPasses.Fits(above) ? above : ConvolutionKernel.ChannelsLast(above), strip, affine, mean, silu, result);
        }

        result.copy_(above);
        if (silu)
        {
            result.mul_(SiluSlope(addcmul(affine.Summand, strip, affine.Factor, 1)));
        }

        return (Pixels(result).sum([0]), Pixels((strip - mean).mul_(result)).sum([0]));
    }

    private static void Correct(Tensor result, Tensor strip, Tensor factor, Tensor linear, Tensor constant)
    {
        if (ChannelPasses.Fits(strip))
        {
            ChannelPasses.Correct(result, strip, factor, linear, constant);
        }
        else
        {
            result.mul_(factor).addcmul_(strip, linear, 1).add_(constant);
        }
    }

    // What is taken off, as linear * x + constant.
    private static (Tensor Linear, Tensor Constant) Corrections(Tensor groups, Tensor weight, Tensor sum, Tensor moment, long pixels)
    {
        var (mean, inverse, size) = (groups[0].view(-1, 1), groups[1].view(-1, 1), weight.shape[0] / groups.shape[1]);
        Tensor MeanOf(Tensor sums) => (weight * sums).view(-1, size).sum(1, keepdim: true) / (size * pixels);
        var linear = -inverse.pow(3) * MeanOf(moment);
        var constant = (-inverse * MeanOf(sum)) - (linear * mean);
        return (PerChannel(linear.expand(-1, size)), PerChannel(constant.expand(-1, size)));
    }

    // sigma(n) (1 + n (1 - sigma(n)))
    private static Tensor SiluSlope(Tensor values)
    {
        var share = values.sigmoid();
        return (1 - share).mul_(values).add_(1).mul_(share);
    }

    /// <summary>An empty tensor of the input's shape and type, channels-last.</summary>
    public static Tensor Like(Tensor input)
    {
        using var pixels = empty([input.shape[0], input.shape[2], input.shape[3], input.shape[1]], input.dtype, input.device);
        return pixels.permute(0, 3, 1, 2);
    }

    private static Tensor PerChannel(Tensor values) => values.reshape(1, -1, 1, 1).to(float32);

    private static Tensor Pixels(Tensor strip) => strip.permute(0, 2, 3, 1).reshape(-1, strip.shape[1]);

    private static void ForStrips(Tensor picture, Action<Rows> work)
    {
        var (channels, height, width) = (picture.shape[1], picture.shape[2], picture.shape[3]);
        var rows = ChannelPasses.Fits(picture) ? height : Math.Max(1, StripElements / (channels * width)); // those go from strip to strip themselves
        for (long first = 0; first < height; first += rows)
        {
            using var scope = NewDisposeScope();
            work(new Rows(first, Math.Min(rows, height - first)));
        }
    }

    private readonly record struct Rows(long First, long Count)
    {
        public Tensor Of(Tensor picture) => picture.narrow(2, First, Count);
    }
}
