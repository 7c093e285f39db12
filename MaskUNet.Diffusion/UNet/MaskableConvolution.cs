using MaskUNet.Kernels;
using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>A frozen convolution that takes its weight's mask with the call; one mask for the whole batch.</summary>
internal sealed class MaskableConvolution
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly MaskableLayer layer;
    private readonly int stride;
    private readonly int padding;

    public MaskableConvolution(UNetScope scope, int inChannels, int outChannels, int kernel = 3, int stride = 1, int padding = 1)
    {
        weight = scope.Weights.Take("weight", outChannels, inChannels, kernel, kernel);
        bias = scope.Weights.Take("bias", outChannels);
        layer = scope.Register(outChannels, inChannels, kernel, kernel);
        (this.stride, this.padding) = (stride, padding);
    }

    /// <param name="input">[B, in, H, W].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor Forward(Tensor input, BlockCall call)
    {
        if (call.Masks.For(layer) is not { } mask)
        {
            return ConvolutionKernel.Apply(input, weight, bias, stride, padding);
        }

        using var masked = MaskedWeight.Of(weight, mask, layer, batch: null);
        return ConvolutionKernel.Apply(input, masked, bias, stride, padding);
    }
}
