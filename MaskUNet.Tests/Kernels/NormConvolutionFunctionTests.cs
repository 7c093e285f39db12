using MaskUNet.Kernels;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Group norm, SiLU and convolution in one, against the three in float64 and against our own one after another.</summary>
[LeavesNoTensors]
public sealed class NormConvolutionFunctionTests
{
    private const double Tolerance = 1e-5; // of tiles of 4x4, see WinogradKernel
    private const int Groups = 8;

    public NormConvolutionFunctionTests() => NativeTorch.EnsureLoaded();

    [VectorTheory]
    [InlineData(1, 64, 64, 8, 8)]
    [InlineData(2, 128, 192, 9, 15)]
    [InlineData(3, 96, 128, 33, 70)] // blocks of tiles that begin and end within a picture
    [InlineData(3, 64, 64, 17, 130)]
    [InlineData(2, 64, 64, 150, 3)]
    public void Result_and_gradient_are_those_of_the_three(long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (input, norm, weight, bias) = Case(batch, inner, outer, height, width);
        foreach (var summand in (Tensor?[])[bias, null])
        {
            var (ours, truth) = (input.detach().clone().requires_grad_(), input.detach().to(float64).requires_grad_());
            var (output, expected) = (NormConvolutionFunction.Apply(norm, ours, weight, summand), Plain(truth, norm, weight, summand));
            output.ShouldMatch(expected, Tolerance, "output");
            output.pow(3).sum().backward();
            expected.pow(3).sum().backward();
            ours.grad!.ShouldMatch(truth.grad!, Tolerance, "gradient");
        }
    }

    [VectorFact]
    public void It_is_bit_for_bit_what_the_three_are_one_after_another()
    {
        using var scope = NewDisposeScope();
        var (input, norm, weight, bias) = Case(2, 128, 128, 40, 61);
        NormConvolutionFunction.Pays(norm, input, weight, bias).Should().BeTrue();
        var (there, back) = Run(x => NormConvolutionFunction.Apply(norm, x, weight, bias));
        var (output, gradient) = Run(x => WinogradFunction.Convolve(GroupNormKernel.Apply(x, Groups, norm.Weight, norm.Bias, norm.Norm.Eps, silu: true), weight, bias));
        there.ShouldEqualBitForBit(output, "output");
        back.ShouldEqualBitForBit(gradient, "gradient");
        using var quiet = no_grad();
        NormConvolutionFunction.Apply(norm, input, weight, bias).ShouldEqualBitForBit(output, "output without gradients");

        (Tensor Output, Tensor Gradient) Run(Func<Tensor, Tensor> layer)
        {
            var leaf = input.detach().clone().requires_grad_();
            var result = layer(leaf);
            (result * result).sum().backward();
            return (result.detach(), leaf.grad!);
        }
    }

    [VectorFact]
    public void The_gradient_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        var (input, norm, weight, bias) = Case(1, 64, 64, 9, 9);
        var (ours, truth) = (input.detach().clone().requires_grad_(), input.detach().to(float64).requires_grad_());

        SecondDerivative.Of(ours, NormConvolutionFunction.Apply(norm, ours, weight, bias))
            .ShouldMatch(SecondDerivative.Of(truth, Plain(truth, norm, weight, bias)), 1e-4, "second derivative");
    }

    [VectorFact]
    public void Parameters_that_learn_small_pictures_and_channels_that_fill_no_vectors_are_left_to_others()
    {
        using var scope = NewDisposeScope();
        var (input, norm, weight, bias) = Case(1, 128, 128, 48, 48);
        NormConvolutionFunction.Pays(norm, input, weight, bias).Should().BeTrue();
        NormConvolutionFunction.Pays(norm with { Weight = norm.Weight.clone().requires_grad_() }, input, weight, bias).Should().BeFalse();
        NormConvolutionFunction.Pays(norm, input, weight, bias.clone().requires_grad_()).Should().BeFalse();
        NormConvolutionFunction.Pays(norm, input.to(float64), weight.to(float64), bias.to(float64)).Should().BeFalse();
        NormConvolutionFunction.Pays(norm, input[.., ..127], weight[.., ..127], bias).Should().BeFalse();
        NormConvolutionFunction.Pays(norm, input[.., .., ..9], weight, bias).Should().BeFalse("it is too small");
    }

    private static (Tensor Input, NormConvolutionSettings Norm, Tensor Weight, Tensor Bias) Case(long batch, long inner, long outer, long height, long width)
    {
        using var generator = new Generator((ulong)(batch + inner + outer + height + width), CPU);
        Tensor Noise(params long[] shape) => randn(shape, generator: generator);
        var input = ConvolutionKernel.ChannelsLast(Noise(batch, inner, height, width) + (3 * Noise(batch, inner, 1, 1)));
        return (input, new(new(Groups, 1e-6, Silu: true), Noise(inner), Noise(inner)), Noise(outer, inner, 3, 3) / Math.Sqrt(9 * inner), Noise(outer));
    }

    private static Tensor Plain(Tensor input, NormConvolutionSettings norm, Tensor weight, Tensor? bias)
    {
        var normalised = nn.functional.group_norm(input, Groups, norm.Weight.to(float64), norm.Bias.to(float64), norm.Norm.Eps);
        return nn.functional.conv2d(nn.functional.silu(normalised), weight.to(float64), bias?.to(float64), padding: [1, 1]);
    }
}
