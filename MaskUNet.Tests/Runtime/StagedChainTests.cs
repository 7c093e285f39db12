using MaskUNet.Runtime;
using MaskUNet.Tests.Masking.TrainingFree;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

[LeavesNoTensors]
public class StagedChainTests
{
    private static readonly Func<Tensor, Tensor>[] Three = [x => x.sin(), x => x * x, x => (x + 1).log()];

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Its_gradient_is_that_of_the_functions_in_a_row_computed_again_or_not(long few)
    {
        using var scope = NewDisposeScope();
        var (input, cotangent) = (randn([5], float64, generator: new Generator(1)), randn([5], float64, generator: new Generator(2)));
        using var chain = new StagedChain(Three, CancellationToken.None, few);
        var result = chain.Forward(input);
        var ours = chain.Backward(cotangent);
        var leaf = input.clone().requires_grad_();
        using (enable_grad())
        {
            (Three.Aggregate(leaf, (value, stage) => stage(value)) * cotangent).sum().backward();
        }

        result.ShouldMatch(Three.Aggregate(input, (value, stage) => stage(value)), 1e-15, "result");
        ours.ShouldMatch(leaf.grad!, 1e-14, "gradient");
    }

    [FixtureTheory("masks")]
    [InlineData(0)]
    [InlineData(1 << 10)]
    [InlineData(1 << 11)]
    [InlineData(long.MaxValue)]
    public void The_decoders_stages_are_the_decoder_and_so_is_their_gradient(long few)
    {
        using var scope = NewDisposeScope();
        using var vae = RecordedTrainingFree.Vae();
        var latents = randn([2, vae.Config.LatentChannels, 4, 6], float64, generator: new Generator(3)).requires_grad_();
        using var chain = new StagedChain(vae.Stages, CancellationToken.None, few);
        var image = chain.Forward(latents.detach());
        image.requires_grad.Should().BeFalse();
        var cotangent = randn(image.shape, float64, generator: new Generator(4));
        var ours = chain.Backward(cotangent);
        using (enable_grad())
        {
            var whole = vae.Decode(latents);
            image.ShouldMatch(whole, 1e-12, "picture");
            (whole * cotangent).sum().backward();
        }

        ours.ShouldMatch(latents.grad!, 1e-12, "gradient");
    }

    [Fact]
    public void A_stage_that_fails_on_the_way_back_throws_what_it_throws_and_leaves_nothing()
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        using var chain = new StagedChain([x => x * 2, x => ++calls == 2 ? throw new InvalidTimeZoneException() : x * 3], CancellationToken.None, few: 0);
        var result = chain.Forward(ones(3));
        chain.Invoking(c => c.Backward(result)).Should().Throw<InvalidTimeZoneException>();
    }

    [Fact]
    public void Large_stages_are_computed_again_and_small_ones_are_not()
    {
        using var scope = NewDisposeScope();
        var calls = new int[6];
        using var chain = new StagedChain(
            [x => Count(0, x * 2), x => Count(1, x.repeat(10)), x => Count(2, x.sin()), x => Count(3, x.narrow(0, 0, 5) * 3), x => Count(4, x * x), x => Count(5, x + 1)],
            CancellationToken.None,
            few: 5);
        using var gradient = chain.Backward(chain.Forward(ones(5)).fill_(1));
        calls.Should().Equal(1, 1, 2, 2, 1, 1);
        gradient.ShouldMatch(full(5, 2 * 9 * 2 * Math.Sin(2) * Math.Cos(2)), 1e-6, "gradient");

        Tensor Count(int stage, Tensor value)
        {
            calls[stage]++;
            return value;
        }
    }

    [Fact]
    public void It_stops_between_stages()
    {
        using var scope = NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using var chain = new StagedChain([x => { cancellation.Cancel(); return x * 2; }, _ => throw new NotSupportedException("it was cancelled before this")], cancellation.Token);
        chain.Invoking(c => c.Forward(ones(3))).Should().Throw<OperationCanceledException>();
    }
}
