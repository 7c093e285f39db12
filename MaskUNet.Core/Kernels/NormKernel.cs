using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>How group and layer normalisations are computed.</summary>
internal static class NormKernel
{
    /// <summary>Normalises groups of channels.</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="groups">How many groups the channels form.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="eps">Added to the variance.</param>
    public static Tensor Group(Tensor input, int groups, Tensor weight, Tensor bias, double eps) => input.device_type == DeviceType.META
        ? OnMeta(input, weight.view(-1, 1, 1), bias.view(-1, 1, 1))
        : nn.functional.group_norm(input, groups, weight, bias, eps);

    /// <summary>Normalises the last dimension.</summary>
    /// <param name="input">[..., features].</param>
    /// <param name="weight">[features].</param>
    /// <param name="bias">[features].</param>
    /// <param name="eps">Added to the variance.</param>
    public static Tensor Layer(Tensor input, Tensor weight, Tensor bias, double eps) => input.device_type == DeviceType.META
        ? OnMeta(input, weight, bias)
        : nn.functional.layer_norm(input, weight.shape, weight, bias, eps);

    // libtorch has no normalisations for the meta device; this has their shape, and notices a stray tensor.
    private static Tensor OnMeta(Tensor input, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return ((input * weight) + bias).MoveToOuterDisposeScope();
    }
}
