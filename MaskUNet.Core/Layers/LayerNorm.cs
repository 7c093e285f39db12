using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNorm(WeightScope scope, int features, double eps = 1e-5)
{
    private readonly Tensor weight = scope.Take("weight", features);
    private readonly Tensor bias = scope.Take("bias", features);

    public Tensor Forward(Tensor input) => LayerNormKernel.Apply(input, weight, bias, eps);
}
