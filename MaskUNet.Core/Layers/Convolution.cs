using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>A two-dimensional convolution: [B, in, H, W] to [B, out, H', W'].</summary>
internal sealed class Convolution
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly int stride;
    private readonly int padding;

    public Convolution(WeightScope scope, int inChannels, int outChannels, int kernel = 3, int stride = 1, int padding = 1, bool bias = true)
    {
        weight = scope.Take("weight", outChannels, inChannels, kernel, kernel);
        this.bias = bias ? scope.Take("bias", outChannels) : null;
        (this.stride, this.padding) = (stride, padding);
    }

    public Tensor Forward(Tensor input) => ConvolutionKernel.Apply(input, weight, bias, stride, padding);

    /// <summary>The convolution of what a norm and SiLU make of the input, with stride and padding 1.</summary>
    public Tensor ForwardNormalised(GroupNorm norm, Tensor input) => ConvolutionKernel.ApplyNormalised(norm.WithSilu, input, weight, bias);
}
