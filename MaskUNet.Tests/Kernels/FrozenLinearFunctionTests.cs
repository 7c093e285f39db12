using MaskUNet.Kernels;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Gradients through frozen linear layers of many numbers and through GEGLU, against those of libtorch's operators in float64.</summary>
[LeavesNoTensors]
public sealed class FrozenLinearFunctionTests
{
    private const double Float32Tolerance = 5e-6;

    public FrozenLinearFunctionTests() => NativeTorch.EnsureLoaded();

    [Theory]
    [InlineData(true, 2, 4096, 96, 200)]
    [InlineData(false, 2, 4096, 96, 200)]
    [InlineData(true, 1, 130, 4100, 2100)] // few rows, and wide on either side
    [InlineData(false, 1, 130, 4100, 2100)]
    public void The_input_has_the_linear_layer_s_gradient(bool hasBias, long batch, long tokens, long inner, long outer)
    {
        using var scope = NewDisposeScope();
        var input = Values(batch, tokens, inner).requires_grad_();
        var (weight, bias) = (Values(outer, inner), hasBias ? Values(outer) : null);
        FrozenLinearFunction.Fits(input, weight, bias).Should().BeTrue();

        Compare(input, x => LinearKernel.Apply(x, weight, bias), x => nn.functional.linear(x, weight.to(float64), bias?.to(float64)));
    }

    [Fact]
    public void A_convolution_of_single_pixels_has_the_same()
    {
        using var scope = NewDisposeScope();
        var input = ConvolutionKernel.ChannelsLast(Values(2, 96, 64, 64)).requires_grad_();
        var (weight, bias) = (Values(200, 96, 1, 1), Values(200));
        FrozenLinearFunction.Fits(input, weight, bias).Should().BeTrue();

        Compare(input, x => ConvolutionKernel.Apply(x, weight, bias), x => nn.functional.conv2d(x, weight.to(float64), bias.to(float64)));
    }

    [Fact]
    public void A_gated_gelu_has_the_gradient_of_its_operators()
    {
        using var scope = NewDisposeScope();
        var input = Values(2, 2048, 512).requires_grad_();

        Compare(input, GatedGelu.Apply, Plain);

        static Tensor Plain(Tensor x)
        {
            var halves = x.chunk(2, dim: -1);
            return halves[0] * nn.functional.gelu(halves[1]);
        }
    }

    [Fact]
    public void Of_the_way_forward_a_frozen_layer_keeps_nothing_of_its_input()
    {
        using var scope = NewDisposeScope();
        var (input, weight) = (Values(8192, 64).requires_grad_(), Values(512, 64));
        var output = LinearKernel.Apply(input, weight, null);
        using (no_grad())
        {
            input.zero_(); // libtorch refuses to go back where a tensor that it kept has changed
        }

        output.sum().backward();

        input.grad!.ShouldMatch(weight.sum(dim: 0).expand(8192, 64), Float32Tolerance, "gradient");
    }

    [Fact]
    public void A_weight_that_learns_is_left_to_libtorch()
    {
        using var scope = NewDisposeScope();
        var (input, weight) = (Values(8192, 64).requires_grad_(), Values(64, 64).requires_grad_());
        FrozenLinearFunction.Fits(input, weight, null).Should().BeFalse();

        LinearKernel.Apply(input, weight, null).square().sum().backward();

        (weight.grad is null).Should().BeFalse();
    }

    private static Tensor Values(params long[] shape)
    {
        using var generator = new Generator((ulong)shape.Sum(), CPU);
        return randn(shape, generator: generator);
    }

    /// <summary>Result, gradient, and the gradient of the gradient.</summary>
    private static void Compare(Tensor input, Func<Tensor, Tensor> layer, Func<Tensor, Tensor> truth)
    {
        var exact = input.detach().to(float64).requires_grad_();
        var (found, expected) = (layer(input), truth(exact));
        found.ShouldMatch(expected, Float32Tolerance, "output");
        Gradient(found, input).ShouldMatch(Gradient(expected, exact), Float32Tolerance, "gradient");
        SecondDerivative.Of(input, layer(input)).ShouldMatch(SecondDerivative.Of(exact, truth(exact)), Float32Tolerance, "second derivative");

        static Tensor Gradient(Tensor output, Tensor input) => autograd.grad([output.pow(3).sum()], [input], retain_graph: true)[0];
    }
}
