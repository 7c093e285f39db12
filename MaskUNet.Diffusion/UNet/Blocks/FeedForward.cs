using MaskUNet.Kernels;
using MaskUNet.Masking;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>GEGLU with the exact GELU, then a linear layer: [B, tokens, C] to [B, tokens, C].</summary>
internal sealed class FeedForward(UNetScope scope, int channels)
{
    private const int Expansion = 4;
    private readonly MaskableLinear projection = new(scope["net"][0]["proj"], channels, channels * Expansion * 2);
    private readonly MaskableLinear output = new(scope["net"][2], channels * Expansion, channels);

    public Tensor Forward(Tensor input, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        return projection.Forward(input, call).Then(GatedGelu.Apply).Then(gated => output.Forward(gated, call)).MoveToOuterDisposeScope();
    }
}
