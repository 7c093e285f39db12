using MaskUNet.Kernels;
using MaskUNet.Layers;
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
    public Tensor Forward(Tensor input, BlockCall call) => Convolve(call, weight => ConvolutionKernel.Apply(input, weight, bias, stride, padding));

    /// <summary>The same of what a norm and SiLU make of the input, with stride and padding 1.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    public Tensor ForwardNormalised(GroupNorm norm, Tensor input, BlockCall call) =>
        Convolve(call, weight => ConvolutionKernel.ApplyNormalised(norm.WithSilu, input, weight, bias));

    /// <summary>The same for pixels that stand twice in both directions; a 3x3 convolution of stride 1.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="call">The block's masks, and who looks on.</param>
    /// <returns>[B, out, 2H, 2W].</returns>
    public Tensor ForwardDoubled(Tensor input, BlockCall call) => Convolve(call, weight => UpsampleConvolutionKernel.Apply(input, weight, bias));

    private Tensor Convolve(BlockCall call, Func<Tensor, Tensor> convolve)
    {
        if (call.Masks.For(layer) is not { } mask)
        {
            return convolve(weight);
        }

        using var masked = MaskedWeight.Of(weight, mask, layer, batch: null);
        return convolve(masked);
    }
}
