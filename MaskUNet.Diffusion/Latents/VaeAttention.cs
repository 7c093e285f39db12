using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using MaskUNet.Layers;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>The middle blocks' self-attention over all pixels, one head as wide as the channels, added to the input.</summary>
internal sealed class VaeAttention(WeightScope scope, int channels, int groups)
{
    private readonly GroupNorm norm = VaeLayers.Norm(scope["group_norm"], groups, channels);
    private readonly Linear query = new(scope["to_q"], channels, channels);
    private readonly Linear key = new(scope["to_k"], channels, channels);
    private readonly Linear value = new(scope["to_v"], channels, channels);
    private readonly Linear output = new(scope["to_out"][0], channels, channels);

    public Tensor Forward(Tensor input)
    {
        using var dispose = NewDisposeScope();
        var (batch, height, width) = (input.shape[0], input.shape[2], input.shape[3]);
        var pixels = norm.Forward(input).permute(0, 2, 3, 1).reshape(batch, height * width, channels);
        var attended = AttentionKernel.Apply(query.Forward(pixels), key.Forward(pixels), value.Forward(pixels), heads: 1);
        var picture = output.Forward(attended).view(batch, height, width, channels).permute(0, 3, 1, 2);
        return picture.add_(input).MoveToOuterDisposeScope();
    }
}
