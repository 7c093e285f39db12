using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>How a layer normalisation is computed.</summary>
internal static class LayerNormKernel
{
    /// <summary>Normalises the last dimension.</summary>
    /// <param name="input">[..., features].</param>
    /// <param name="weight">[features].</param>
    /// <param name="bias">[features].</param>
    /// <param name="eps">Added to the variance.</param>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor bias, double eps) => MetaDevice.Holds(input, weight, bias)
        ? empty_like(input)
        : nn.functional.layer_norm(input, weight.shape, weight, bias, eps);
}
