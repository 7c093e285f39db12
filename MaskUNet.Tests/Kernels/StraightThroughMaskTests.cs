using MaskUNet.Masking;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

/// <summary>Masks that are learned from, drawn in one pass each way, against those of the noise written down.</summary>
[LeavesNoTensors]
public sealed class StraightThroughMaskTests
{
    private static readonly MaskDraw Draw = new(3, "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q");

    public StraightThroughMaskTests() => NativeTorch.EnsureLoaded();

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.5, 0.3)]
    [InlineData(2, 0.9)]
    public void Masks_are_those_of_no_gradients_and_have_the_gradient_of_soft_ones_in_float64(double temperature, double threshold)
    {
        using var scope = NewDisposeScope();
        using var noise = new CounterMaskNoise(5, 6);
        var sigmoid = new GumbelSigmoid { Temperature = temperature, Threshold = threshold };
        var (values, above) = Values(4, 301, 333);
        var logits = values.clone().requires_grad_();

        var masks = sigmoid.Draw(logits, noise, Draw);
        (masks * above).sum().backward();

        masks.dtype.Should().Be(ScalarType.Float32);
        using (no_grad())
        {
            masks.detach().ShouldEqualBitForBit(sigmoid.Draw(values, noise, Draw).to(float32), "masks");
        }

        var exact = values.to(float64).requires_grad_();
        (SoftMasks(sigmoid, exact, noise) * above).sum().backward();
        logits.grad!.ShouldMatch(exact.grad!, 1e-6, "gradient");
    }

    [Fact]
    public void The_gradient_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var noise = new CounterMaskNoise(5);
        var sigmoid = new GumbelSigmoid { Temperature = 0.7 };
        var (values, above) = Values(1, 31, 33);
        var (logits, exact) = (values[0].clone().requires_grad_(), values[0].to(float64).requires_grad_());

        Second(sigmoid.Draw(logits, noise, Draw), logits).ShouldMatch(Second(SoftMasks(sigmoid, exact, noise), exact), 1e-5, "second derivative");

        Tensor Second(Tensor masks, Tensor leaf)
        {
            var gradient = autograd.grad([(masks * above[0]).sum()], [leaf], retain_graph: true, create_graph: true)[0];
            return autograd.grad([gradient.square().sum()], [leaf])[0];
        }
    }

    [Fact]
    public void Logits_far_from_the_bound_have_a_gradient_of_0_and_what_is_no_number_says_so()
    {
        using var scope = NewDisposeScope();
        using var noise = new CounterMaskNoise(5);
        var logits = tensor(new[] { float.PositiveInfinity, 200, -200, float.NegativeInfinity, float.NaN }).reshape(1, 5).requires_grad_();

        new GumbelSigmoid().Draw(logits, noise, Draw).sum().backward();

        var gradient = logits.grad!.data<float>().ToArray();
        gradient[..4].Should().OnlyContain(value => Math.Abs(value) < 1e-30);
        gradient[4].Should().Be(float.NaN);
    }

    private static Tensor SoftMasks(GumbelSigmoid sigmoid, Tensor logits, CounterMaskNoise noise) =>
        (sigmoid with { Hard = false }).Apply(logits, sigmoid.DrawNoise(logits, noise, Draw));

    private static (Tensor Logits, Tensor Above) Values(params long[] shape)
    {
        using var generator = new Generator(1, CPU);
        return (randn(shape, generator: generator) * 3, randn(shape, generator: generator));
    }
}
