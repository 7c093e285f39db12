using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>Group normalisation over [B, C, H, W], optionally followed by SiLU.</summary>
internal sealed class GroupNorm(WeightScope scope, int groups, int channels, double eps)
{
    private readonly Tensor weight = scope.Take("weight", channels);
    private readonly Tensor bias = scope.Take("bias", channels);

    public Tensor Forward(Tensor input) => NormKernel.Group(input, groups, weight, bias, eps);

    public Tensor ForwardSilu(Tensor input)
    {
        var normalised = Forward(input);
        if (!normalised.requires_grad)
        {
            return nn.functional.silu(normalised, inplace: true); // nobody else sees it: no second picture-sized tensor
        }

        using (normalised)
        {
            return nn.functional.silu(normalised);
        }
    }
}
