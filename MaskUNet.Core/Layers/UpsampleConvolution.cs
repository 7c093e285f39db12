using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>Nearest-neighbour upsampling by two, then a 3x3 convolution: [B, C, H, W] to [B, C, 2H, 2W].</summary>
internal sealed class UpsampleConvolution(WeightScope scope, int channels)
{
    private readonly Tensor weight = scope.Take("weight", channels, channels, 3, 3);
    private readonly Tensor bias = scope.Take("bias", channels);

    public Tensor Forward(Tensor input) => UpsampleConvolutionKernel.Apply(input, weight, bias);
}
