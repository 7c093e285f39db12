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
        if (masked.dim() == 2)
        {
            return LinearKernel.Apply(input, masked, bias).MoveToOuterDisposeScope();
        }

        // A mask of ones changes no bit: the samples that have one get what the layer gives without masks, with the gradients that they have.
        var kept = LinearKernel.HasFewRows(input) ? MaskedWeightKernel.KeepAll(mask) : [];
        if (!kept.Contains(true))
        {
            return LinearKernel.ApplyPerSample(input, masked, bias).MoveToOuterDisposeScope();
        }

        var plain = LinearKernel.Apply(input, weight, bias);
        if (mask.dtype == ScalarType.Bool && !kept.Contains(false))
        {
            return plain.MoveToOuterDisposeScope();
        }

        var result = LinearKernel.ApplyPerSample(input, masked, bias);
        var exact = Gradients.AreRecorded(result) ? result - result.detach() + plain.detach() : plain;
        var places = tensor(kept, device: result.device).reshape([-1, .. Enumerable.Repeat(1L, (int)result.dim() - 1)]);
        return where(places, exact, result).MoveToOuterDisposeScope();
    }
}
