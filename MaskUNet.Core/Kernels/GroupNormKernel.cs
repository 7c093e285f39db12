using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// How a group normalisation is computed: large pictures on the CPU by <see cref="StripGroupNorm"/>, unless weight or bias learn; all others by
/// libtorch.
/// </summary>
internal static class GroupNormKernel
{
    private const long LargePicture = 1 << 16;
    private const long LargePictureOfFewChannels = 1 << 13; // with gradients, where libtorch's way back is slow
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
            return InStrips(new(groups, eps, silu), input, weight, bias);
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

    // With few channels a group, libtorch's backward pass over channels-last tensors takes 4 to 15 times as long as over planes; with many
    // it is the faster one.
    private static bool IsFasterInPlanes(Tensor input, Tensor weight, Tensor bias) =>
        input.device_type == DeviceType.CPU && input.shape[1] < FewChannels && Gradients.AreRecorded(input, weight, bias);

    private static bool RunsInStrips(Tensor input, Tensor weight, Tensor bias)
    {
        if (input.device_type != DeviceType.CPU || input.dtype == ScalarType.Float64 || Gradients.AreRecorded(weight, bias))
        {
            return false;
        }

        if (ChannelPasses.Pays(input))
        {
            return true;
        }

        var pixels = input.shape[2] * input.shape[3];
        return Gradients.AreRecorded(input)
            ? input.dtype == ScalarType.Float32 && (pixels >= LargePicture || (pixels >= LargePictureOfFewChannels && input.shape[1] <= FewChannels))
            : pixels >= LargePicture;
    }

    private static Tensor InStrips(GroupNormSettings settings, Tensor input, Tensor weight, Tensor bias)
    {
        if (Gradients.AreRecorded(input))
        {
            return GroupNormFunction.Normalise(settings, input, weight, bias);
        }

        using var scope = NewDisposeScope();
        return StripGroupNorm.Forward(settings, input, weight, bias).Output.MoveToOuterDisposeScope();
    }
}
