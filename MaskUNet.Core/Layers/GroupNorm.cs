using MaskUNet.Checkpoints;
using MaskUNet.Kernels;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>Group normalisation over [B, C, H, W].</summary>
internal sealed class GroupNorm(WeightScope scope, int groups, int channels, double eps)
{
    private readonly Tensor weight = scope.Take("weight", channels);
    private readonly Tensor bias = scope.Take("bias", channels);

    public Tensor Forward(Tensor input) => GroupNormKernel.Apply(input, groups, weight, bias, eps, silu: false);

    /// <summary>What <see cref="Convolution.ForwardNormalised"/> begins with.</summary>
    public NormConvolutionSettings WithSilu => new(new GroupNormSettings(groups, eps, Silu: true), weight, bias);

    /// <summary>The normalisation by moments that were gathered elsewhere, as a factor and a summand of each channel.</summary>
    public (Tensor Factor, Tensor Summand) Affine(GroupMoments moments)
    {
        using var statistics = moments.Statistics(groups, eps);
        return GroupMoments.Affine(statistics, weight, bias);
    }
}
