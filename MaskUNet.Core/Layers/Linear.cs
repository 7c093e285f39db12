using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>A linear layer with frozen or trainable weights: [..., in] to [..., out].</summary>
internal sealed class Linear
{
    private readonly Tensor weight;
    private readonly Tensor? bias;

    public Linear(WeightScope scope, int inFeatures, int outFeatures, bool bias = true)
    {
        weight = scope.Take("weight", outFeatures, inFeatures);
        this.bias = bias ? scope.Take("bias", outFeatures) : null;
    }

    public Tensor Forward(Tensor input) => LinearKernel.Apply(input, weight, bias);
}
