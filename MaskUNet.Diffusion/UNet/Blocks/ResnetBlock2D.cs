using MaskUNet.Layers;
using MaskUNet.Masking;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.UNet.Blocks;

/// <summary>norm, SiLU, conv, + time; norm, SiLU, conv; + input. [B, in, H, W] to [B, out, H, W].</summary>
internal sealed class ResnetBlock2D
{
    private readonly GroupNorm norm1;
    private readonly MaskableConvolution conv1;
    private readonly MaskableLinear timeProjection;
    private readonly GroupNorm norm2;
    private readonly MaskableConvolution conv2;
    private readonly MaskableConvolution? shortcut;

    public ResnetBlock2D(UNetScope scope, UNet2DConditionConfig config, int inChannels, int outChannels)
    {
        norm1 = new(scope.Weights["norm1"], config.NormNumGroups, inChannels, config.NormEps);
        conv1 = new(scope["conv1"], inChannels, outChannels);
        timeProjection = new(scope["time_emb_proj"], config.TimeEmbeddingDim, outChannels);
        norm2 = new(scope.Weights["norm2"], config.NormNumGroups, outChannels, config.NormEps);
        conv2 = new(scope["conv2"], outChannels, outChannels);
        shortcut = inChannels == outChannels ? null : new(scope["conv_shortcut"], inChannels, outChannels, kernel: 1, padding: 0);
    }

    /// <param name="input">[B, in, H, W].</param>
    /// <param name="time">The activated time embedding, [B, 4C].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor Forward(Tensor input, Tensor time, BlockCall call)
    {
        using var dispose = NewDisposeScope();
        var hidden = conv1.ForwardNormalised(norm1, input, call);
        hidden.add_(timeProjection.Forward(time, call).unsqueeze(-1).unsqueeze(-1));
        hidden = conv2.ForwardNormalised(norm2, hidden, call);
        hidden.add_(shortcut is null ? input : shortcut.Forward(input, call));
        return hidden.MoveToOuterDisposeScope();
    }
}
