using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

[LeavesNoTensors]
public class CounterMaskNoiseTests
{
    private static readonly MaskDraw Draw = new(3, "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q");

    [Fact]
    public void The_same_draw_gives_the_same_numbers_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var alone = TorchThreads.Run(1, () => Numbers([5], Draw, 2, 301, 333));
        TorchThreads.Run(2, () => Numbers([5], Draw, 2, 301, 333)).ShouldEqualBitForBit(alone, "two threads");
    }

    [Fact]
    public void Seed_evaluation_layer_part_and_sample_give_unrelated_numbers()
    {
        using var scope = NewDisposeScope();
        var batch = Numbers([5], Draw, 2, 200, 200);
        Tensor[] draws =
        [
            batch[0],
            batch[1],
            Numbers([6], Draw, 200, 200),
            Numbers([5], Draw with { Evaluation = 4 }, 200, 200),
            Numbers([5], Draw with { Layer = "another" }, 200, 200),
            Numbers([5], Draw with { Part = 1 }, 200, 200),
        ];
        var correlations = corrcoef(stack(draws.Select(draw => draw.flatten()))) - eye(draws.Length);
        correlations.abs().max().item<float>().Should().BeLessThan(0.03f); // 6 deviations of 40,000 numbers
    }

    [Fact]
    public void A_picture_gets_the_numbers_of_its_seed_whoever_shares_its_batch()
    {
        using var scope = NewDisposeScope();
        var alone = Numbers([8], Draw, 2, 30, 17); // the guidance halves of one picture
        var together = Numbers([7, 8], Draw, 4, 30, 17);
        together[1].ShouldEqualBitForBit(alone[0], "first half");
        together[3].ShouldEqualBitForBit(alone[1], "second half");
    }

    [Fact]
    public void The_numbers_are_exponentially_distributed_and_neighbours_know_nothing_of_each_other()
    {
        using var scope = NewDisposeScope();
        const int Count = 1_000_000;
        var uniform = 1 - Numbers([1], Draw, 1000, 1000).flatten().neg().exp(); // the distribution's own function of its numbers
        var counts = uniform.histc(100, 0, 1).data<float>().ToArray();
        counts.Sum(count => Math.Pow(count - (Count / 100), 2) / (Count / 100)).Should().BeInRange(99 - 57, 99 + 57); // chi squared, 4 deviations
        foreach (var distance in new[] { 1, 2, 8, 16, 32_768 })
        {
            var (left, right) = (uniform[..(Count - distance)] - 0.5, uniform[distance..] - 0.5);
            ((left * right).mean().item<float>() * 12).Should().BeApproximately(0, 0.005f, $"numbers {distance} apart");
        }
    }

    [Fact]
    public void Every_number_is_positive_and_finite()
    {
        using var scope = NewDisposeScope();
        var numbers = Numbers([2], Draw, 2000, 2000);
        numbers.min().item<float>().Should().BeGreaterThan(0);
        numbers.max().item<float>().Should().BeInRange(10, 20);
    }

    [Fact]
    public void Without_a_seed_there_is_no_noise() =>
        FluentActions.Invoking(() => new CounterMaskNoise([])).Should().Throw<InvalidOptionException>().WithMessage("*seed*");

    private static Tensor Numbers(long[] seeds, MaskDraw draw, params long[] shape)
    {
        using var noise = new CounterMaskNoise(seeds);
        return noise.Exponential(draw, shape, CPU);
    }
}
