using MaskUNet.Rewards.Evaluation;
using MaskUNet.Runtime;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Evaluation;

[LeavesNoTensors]
public sealed class FrechetDistanceTests
{
    public FrechetDistanceTests() => NativeTorch.EnsureLoaded();

    [Fact]
    public void Equal_sets_are_at_distance_zero()
    {
        using var scope = NewDisposeScope();
        var features = Draw(200, 5);
        FrechetDistance.Of(features, features).Should().BeLessThan(1e-9);
    }

    [Fact]
    public void A_shift_counts_with_its_square()
    {
        using var scope = NewDisposeScope();
        var features = Draw(100, 4);
        FrechetDistance.Of(features, features + tensor(new[] { 3.0, 0, 0, 4 })).Should().BeApproximately(25, 1e-9);
    }

    [Fact]
    public void A_scale_counts_with_the_square_of_the_difference_of_deviations()
    {
        using var scope = NewDisposeScope();
        var features = Draw(100, 1);
        features = (features - features.mean()) / features.std();
        FrechetDistance.Of(features * 2, features * 5).Should().BeApproximately(9, 1e-9);
    }

    [Fact]
    public void It_is_symmetric_and_the_same_in_a_turned_space()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Draw(50, 6), (Draw(70, 6) * 2) + 1);
        var (turn, _) = linalg.qr(Draw(6, 6));
        var distance = FrechetDistance.Of(first, second);
        FrechetDistance.Of(second, first).Should().BeApproximately(distance, 1e-9);
        FrechetDistance.Of(first.matmul(turn), second.matmul(turn)).Should().BeApproximately(distance, 1e-9);
    }

    [Fact]
    public void Features_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var compare = () => FrechetDistance.Of(zeros(5, 3), zeros(5, 4));
        compare.Should().Throw<InvalidOptionException>().WithMessage("*[5, 3]*[5, 4]*");
        var single = () => FrechetDistance.Of(zeros(1, 3), zeros(5, 3));
        single.Should().Throw<InvalidOptionException>();
        var broken = () => FrechetDistance.Of(zeros(5, 3) / 0, zeros(5, 3));
        broken.Should().Throw<NumericalException>();
    }

    private static Tensor Draw(long rows, long columns)
    {
        using var generator = new Generator(7, CPU);
        return randn([rows, columns], ScalarType.Float64, generator: generator);
    }
}
