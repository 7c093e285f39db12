using MaskUNet.Runtime;
using MaskUNet.Shapes.TrainRewards;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Samples;

[LeavesNoTensors]
public sealed class GradeRankingTests
{
    public GradeRankingTests() => NativeTorch.EnsureLoaded();

    [Fact]
    public void Pairs_of_a_row_are_compared_by_their_grades_within_the_family_or_beyond_it()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new[] { 3f, 1, 2, 0 }, [1, 4]);
        var grades = tensor(new[] { 1f, 0, 0.5f, 0.5f }, [1, 4]);
        var kin = tensor(new[] { true, true, false, false }, [1, 4]);

        var (near, nearAgreement) = GradeRanking.Of(scores, grades, kin);
        var (far, farAgreement) = GradeRanking.Of(scores, grades, kin, beyond: true);

        near.item<float>().Should().BeApproximately((float)Loss(3 - 1), 1e-6f);
        nearAgreement.Should().Be(1);
        // The third and the fourth have one grade: 1 > 3, 1 > 4, 3 > 2, 4 > 2, of which the last is wrong.
        far.item<float>().Should().BeApproximately((float)((Loss(3 - 2) + Loss(3 - 0) + Loss(2 - 1) + Loss(0 - 1)) / 4), 1e-6f);
        farAgreement.Should().Be(0.75);
    }

    [Fact]
    public void What_has_no_grade_is_compared_with_nothing()
    {
        using var scope = NewDisposeScope();
        var kin = ones([1, 3], dtype: @bool);

        var (loss, agreement) = GradeRanking.Of(tensor(new[] { 1f, 5, 0 }, [1, 3]), tensor(new[] { 0.5f, float.NaN, 0 }, [1, 3]), kin);

        loss.item<float>().Should().BeApproximately((float)Loss(1), 1e-6f);
        agreement.Should().Be(1);
    }

    private static double Loss(double margin) => Math.Log(1 + Math.Exp(-margin));
}
