using MaskUNet.Kernels;
using MaskUNet.Masking;
using TorchSharp;
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
        var halves = projection.Forward(input, call).chunk(2, dim: -1);
        var gated = nn.functional.gelu(halves[1]);
        gated = Gradients.AreRecorded(gated, halves[0]) ? gated * halves[0] : gated.mul_(halves[0]);
        return output.Forward(gated, call).MoveToOuterDisposeScope();
    }
}
