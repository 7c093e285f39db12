using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Kernels;

[LeavesNoTensors]
public class HardMaskKernelTests
{
    private static readonly MaskDraw Draw = new(3, "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q");

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.5, 0.3)]
    [InlineData(2, 0.9)]
    public void Masks_of_one_pass_are_those_of_the_noise_written_down(double temperature, double threshold)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var sigmoid = new GumbelSigmoid { Temperature = temperature, Threshold = threshold };
        using var noise = new CounterMaskNoise(5, 6);
        manual_seed(1);
        var logits = randn(4, 301, 333) * 3;
        sigmoid.DrawsInOnePass(logits, noise).Should().BeTrue();
        var written = sigmoid.Apply(logits, sigmoid.DrawNoise(logits, noise, Draw));
        var drawn = sigmoid.Draw(logits, noise, Draw);
        drawn.shape.Should().Equal(written.shape);
        drawn.ne(written).sum().item<long>().Should().BeLessThan(3, "only rounding at the bound may differ, among 400,000");
        written.to(float32).mean().item<float>().Should().BeInRange(0.1f, 0.9f, "or equal masks would say nothing");
    }

    [Fact]
    public void They_are_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var noise = new CounterMaskNoise(5);
        var logits = zeros(2, 401, 333);
        var alone = TorchThreads.Run(1, () => new GumbelSigmoid().Draw(logits, noise, Draw));
        TorchThreads.Run(3, () => new GumbelSigmoid().Draw(logits, noise, Draw)).ShouldEqualBitForBit(alone, "three threads");
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 1)]
    [InlineData(2.9f, 1)]
    [InlineData(-30f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.NaN, 0)]
    public void Logits_far_from_the_bound_leave_nothing_to_chance(float logit, float kept)
    {
        using var scope = NewDisposeScope();
        using var noise = new CounterMaskNoise(5);
        var logits = full([1000, 999], logit);
        logits[0, 0] = 0; // its vector cannot be taken at once
        var masks = new GumbelSigmoid().Draw(logits, noise, Draw).to(float32).flatten()[1..];
        masks.eq(kept).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Logits_that_are_learned_from_keep_their_gradients()
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        using var noise = new CounterMaskNoise(5);
        var logits = zeros(20, 30).requires_grad_();
        new GumbelSigmoid().DrawsInOnePass(logits, noise).Should().BeFalse();
        new GumbelSigmoid().Draw(logits, noise, Draw).sum().backward();
        logits.grad!.count_nonzero().item<long>().Should().Be(600);
    }
}
