using System.Runtime.InteropServices;
using MaskUNet.Kernels;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Gradients through frozen convolutions, against those of the plain convolution in float64.</summary>
[LeavesNoTensors]
public sealed class WinogradFunctionTests
{
    private const double Float32Tolerance = 5e-6;
    private const double LargePictureTolerance = 1e-5; // from 16 pixels tiles are 4x4, see WinogradKernel

    public WinogradFunctionTests() => NativeTorch.EnsureLoaded();

    [VectorTheory]
    [InlineData(1, 1, 64, 64, 8, 8)]
    [InlineData(1, 2, 128, 64, 9, 15)]
    [InlineData(1, 3, 64, 192, 33, 7)]
    [InlineData(1, 1, 64, 64, 1, 70)]
    [InlineData(1, 1, 640, 320, 16, 16)]
    [InlineData(1, 2, 128, 64, 17, 22)]
    [InlineData(2, 1, 64, 64, 4, 4)]
    [InlineData(2, 2, 128, 64, 9, 5)]
    [InlineData(2, 1, 64, 128, 1, 40)]
    public void The_input_has_the_convolution_s_gradient(int scale, long batch, long inner, long outer, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(batch, inner, outer, height, width);
        var tolerance = scale == 1 && Math.Min(height, width) >= 16 ? LargePictureTolerance : Float32Tolerance;
        foreach (var summand in (Tensor?[])[bias, null])
        {
            WinogradFunction.Fits(input, weight, summand, scale).Should().BeTrue();
            var (output, gradient) = Run(input, x => WinogradFunction.Convolve(x, weight, summand, scale));
            var (trueOutput, trueGradient) = Run(input.to(float64), x => Plain(x, weight, summand, scale));
            output.ShouldMatch(trueOutput, tolerance, "output");
            gradient.ShouldMatch(trueGradient, tolerance, "gradient");
        }
    }

    [VectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_gradient_that_is_one_number_repeated_is_as_good(int scale)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, 64, 64, 9, 9);
        WinogradFunction.Convolve(input, weight, bias, scale).sum().backward();
        var truth = input.detach().to(float64).requires_grad_();
        Plain(truth, weight, bias, scale).sum().backward();

        input.grad!.ShouldMatch(truth.grad!, Float32Tolerance, "gradient");
    }

    [VectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_gradient_has_a_gradient(int scale)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, 64, 128, 9, 7);

        var truth = input.detach().to(float64).requires_grad_();
        SecondDerivative.Of(input, WinogradFunction.Convolve(input, weight, bias, scale))
            .ShouldMatch(SecondDerivative.Of(truth, Plain(truth, weight, bias, scale)), Float32Tolerance, "second derivative");
    }

    [VectorTheory]
    [InlineData(4)]
    public void A_backward_pass_leaves_no_gradients_of_layers_but_the_last(int layers)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, 64, 64, 8, 8);
        var loss = Enumerable.Range(0, layers).Aggregate(input, (x, _) => WinogradFunction.Convolve(x, weight, bias)).sum();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        loss.backward();

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.Should().Be(before + 1);
    }

    [VectorTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_weight_that_changed_in_between_is_an_error_that_can_be_caught(int scale)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, 64, 64, 8, 8);
        var loss = WinogradFunction.Convolve(input, weight, bias, scale).sum();
        weight.add_(1);

        var backward = () => loss.backward();

        backward.Should().Throw<ExternalException>().WithMessage("*invalid gradient*");
    }

    [VectorTheory]
    [InlineData(64)]
    public void A_result_may_be_changed_in_place(long channels)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, channels, 64, 8, 8);

        WinogradFunction.Convolve(input, weight, bias).mul_(2).sum().backward();

        var truth = input.detach().to(float64).requires_grad_();
        Plain(truth, weight, bias, scale: 1).mul(2).sum().backward();
        input.grad!.ShouldMatch(truth.grad!, Float32Tolerance, "gradient");
    }

    [VectorTheory]
    [InlineData(16, 8)]
    public void Parameters_that_learn_and_channels_that_do_not_suit_both_ways_go_the_plain_way(long fewOfWide, long fewOfNarrow)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(1, 64, 64, 8, 8);
        WinogradFunction.Fits(input, weight, bias).Should().BeTrue();
        WinogradFunction.Fits(input, weight.clone().requires_grad_(), bias).Should().BeFalse();
        WinogradFunction.Fits(input, weight, bias.clone().requires_grad_()).Should().BeFalse();
        var (narrow, narrowWeight, _) = Case(1, WideLanes.AreSupported ? fewOfWide : fewOfNarrow, 64, 8, 8);
        WinogradFunction.Fits(narrow, narrowWeight, bias).Should().BeFalse();
        WinogradFunction.Fits(narrow.detach(), narrowWeight, bias).Should().BeTrue();
    }

    private static (Tensor Output, Tensor Gradient) Run(Tensor input, Func<Tensor, Tensor> layer)
    {
        var leaf = input.detach().clone().requires_grad_();
        var output = layer(leaf);
        output.pow(3).sum().backward();
        return (output, leaf.grad!);
    }

    private static Tensor Plain(Tensor input, Tensor weight, Tensor? bias, int scale)
    {
        var larger = scale == 1 ? input : nn.functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return nn.functional.conv2d(larger, weight.to(float64), bias?.to(float64), padding: [1, 1]);
    }

    private static (Tensor Input, Tensor Weight, Tensor Bias) Case(long batch, long inner, long outer, long height, long width)
    {
        using var generator = new Generator(4, CPU);
        return (
            randn([batch, inner, height, width], float32, generator: generator).requires_grad_(),
            randn([outer, inner, 3, 3], float32, generator: generator) / Math.Sqrt(9 * inner),
            randn([outer], float32, generator: generator));
    }
}
