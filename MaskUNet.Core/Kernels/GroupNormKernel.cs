using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How a group normalisation is computed. libtorch's own loses digits over large channels-last pictures on the CPU (1e-5 at 512 x 512,
/// where 1e-7 is due), so without gradients those go strip by strip, each strip small enough to stay in the cache.
/// </summary>
internal static class GroupNormKernel
{
    private const long LargePicture = 1 << 16;
    private const long StripElements = 1 << 19;
    private const long FewChannels = 128;

    /// <summary>Normalises, optionally followed by SiLU.</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="groups">The number of groups, which divides C.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    public static Tensor Apply(Tensor input, int groups, Tensor weight, Tensor bias, double eps, bool silu)
    {
        if (RunsInStrips(input, weight, bias))
        {
            return InStrips(input, groups, weight, bias, eps, silu);
        }

        if (MetaDevice.Holds(input, weight, bias))
        {
            return empty_like(input);
        }

        var normalised = IsFasterInPlanes(input, weight, bias)
            ? input.contiguous().Then(planes => nn.functional.group_norm(planes, groups, weight, bias, eps))
            : nn.functional.group_norm(input, groups, weight, bias, eps);
        // In place where nothing is recorded: no second picture-sized tensor. libtorch answers with an alias, so the first handle goes.
        return silu ? normalised.Then(values => nn.functional.silu(values, inplace: !values.requires_grad)) : normalised;
    }

    /// <summary>factor * x + summand, optionally followed by SiLU.</summary>
    /// <param name="strip">[1, C, h, W].</param>
    /// <param name="affine">What <see cref="GroupMoments.Affine"/> gave.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    public static Tensor Normalise(Tensor strip, (Tensor Factor, Tensor Summand) affine, bool silu)
    {
        using var scope = NewDisposeScope();
        var normalised = addcmul(affine.Summand, GroupMoments.Widen(strip), affine.Factor, 1);
        normalised = silu ? nn.functional.silu(normalised, inplace: true) : normalised;
        return (normalised.dtype == strip.dtype ? normalised : normalised.to(strip.dtype)).MoveToOuterDisposeScope();
    }

    // With few channels a group, libtorch's backward pass over channels-last tensors takes 4 to 15 times as long as over planes; with many
    // it is the faster one.
    private static bool IsFasterInPlanes(Tensor input, Tensor weight, Tensor bias) =>
        input.device_type == DeviceType.CPU && input.shape[1] < FewChannels && Gradients.AreRecorded(input, weight, bias);

    private static bool RunsInStrips(Tensor input, Tensor weight, Tensor bias) =>
        input.device_type == DeviceType.CPU && input.dtype != ScalarType.Float64
        && input.shape[2] * input.shape[3] >= LargePicture
        && !Gradients.AreRecorded(input, weight, bias);

    private static Tensor InStrips(Tensor input, int groups, Tensor weight, Tensor bias, double eps, bool silu)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
        var rows = Math.Max(1, StripElements / (channels * width));
        var output = empty([batch, height, width, channels], input.dtype, input.device).permute(0, 3, 1, 2);
        for (long picture = 0; picture < batch; picture++)
        {
            using var inner = NewDisposeScope();
            using var moments = new GroupMoments();
            ForStrips(first => moments.Add(Strip(input, first)));
            var affine = moments.Affine(groups, weight, bias, eps);
            ForStrips(first =>
            {
                using var strip = NewDisposeScope();
                Strip(output, first).copy_(Normalise(Strip(input, first), affine, silu));
            });

            Tensor Strip(Tensor whole, long first) => whole.narrow(0, picture, 1).narrow(2, first, Math.Min(rows, height - first));
        }

        return output.MoveToOuterDisposeScope();

        void ForStrips(Action<long> work)
        {
            for (long first = 0; first < height; first += rows)
            {
                work(first);
            }
        }
    }
}
