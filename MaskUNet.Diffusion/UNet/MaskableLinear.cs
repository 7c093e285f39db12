using MaskUNet.Kernels;
using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>A frozen linear layer that takes its weight's mask with the call (paper, Eq. 1: W * M).</summary>
internal sealed class MaskableLinear
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly MaskableLayer layer;

    public MaskableLinear(UNetScope scope, int inFeatures, int outFeatures, bool bias = true)
    {
        weight = scope.Weights.Take("weight", outFeatures, inFeatures);
        this.bias = bias ? scope.Weights.Take("bias", outFeatures) : null;
        layer = scope.Register(outFeatures, inFeatures);
    }

    /// <param name="input">[B, ..., in].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor Forward(Tensor input, BlockCall call)
    {
        if (call.Masks.For(layer) is not { } mask)
        {
            return LinearKernel.Apply(input, weight, bias);
        }

        using var scope = NewDisposeScope();
        var masked = MaskedWeight.Of(weight, mask, layer, input.shape[0]);
        var result = masked.dim() == 2 ? LinearKernel.Apply(input, masked, bias) : LinearKernel.ApplyPerSample(input, masked, bias);
        return result.MoveToOuterDisposeScope();
    }
}
