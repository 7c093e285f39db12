using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>The autoencoder's residual block: twice GroupNorm, SiLU and a 3x3 convolution, added to the input.</summary>
internal sealed class VaeResidualBlock
{
    private readonly GroupNorm norm1;
    private readonly Convolution conv1;
    private readonly GroupNorm norm2;
    private readonly Convolution conv2;
    private readonly Convolution? shortcut;

    public VaeResidualBlock(WeightScope scope, int inChannels, int outChannels, int groups)
    {
        norm1 = VaeLayers.Norm(scope["norm1"], groups, inChannels);
        conv1 = new Convolution(scope["conv1"], inChannels, outChannels);
        norm2 = VaeLayers.Norm(scope["norm2"], groups, outChannels);
        conv2 = new Convolution(scope["conv2"], outChannels, outChannels);
        shortcut = inChannels == outChannels
            ? null
            : new Convolution(scope["conv_shortcut"], inChannels, outChannels, kernel: 1, padding: 0);
    }

    public Tensor Forward(Tensor input)
    {
        var hidden = norm1.ForwardSilu(input).Then(conv1.Forward).Then(norm2.ForwardSilu).Then(conv2.Forward);
        if (shortcut is null)
        {
            return hidden.add_(input);
        }

        using var skipped = shortcut.Forward(input);
        return hidden.add_(skipped);
    }
}
