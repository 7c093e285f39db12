using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Evaluation;
using MaskUNet.Tests.TestSupport;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards;

[LeavesNoTensors]
public class RewardModelExtensionsTests
{
    private static readonly RgbImage Dark = Grey(20), Middle = Grey(120), Light = Grey(220, size: 3);

    [Fact]
    public void A_picture_gets_a_number()
    {
        using IRewardModel reward = new Brightness();

        reward.Score(Middle, "bright").Should().BeApproximately(120 / 255.0, 1e-6);
        reward.Scores([Dark, Light], "dark").Should().SatisfyRespectively(
            score => score.Should().BeApproximately(-20 / 255.0, 1e-6), score => score.Should().BeApproximately(-220 / 255.0, 1e-6));
    }

    [Fact]
    public void Pictures_are_ranked_for_a_prompt_and_equal_ones_keep_their_order()
    {
        using IRewardModel reward = new Brightness();

        var ranked = reward.Rank([Middle, Dark, Light, Dark], "bright");

        ranked.Select(one => (one.Rank, one.Index)).Should().Equal((1, 2), (2, 0), (3, 1), (4, 3));
        ranked.Should().OnlyContain(one => ReferenceEquals(one.Image, new[] { Middle, Dark, Light, Dark }[one.Index]));
    }

    [Fact]
    public void A_reward_of_one_s_own_scores_pictures_by_their_tensors_and_has_no_warnings()
    {
        using var scope = NewDisposeScope();
        using IRewardModel reward = new Brightness();

        reward.Score([Dark, Light], ["bright", "dark"]).ShouldMatch(tensor([20 / 255f, -220 / 255f]), 1e-6, "scores");
        reward.Warnings(["bright"]).Should().BeEmpty();
        reward.Invoking(r => r.Score([Dark], [])).Should().Throw<InvalidOptionException>().WithMessage("*1 pictures and 0 prompts*");
        reward.Invoking(r => r.Rank([], "bright")).Should().Throw<InvalidOptionException>();
    }

    [Fact]
    public void Agreement_is_the_share_of_comparisons_that_are_ordered_alike()
    {
        using IRewardModel reward = new Brightness();
        PictureComparison right = new("bright", Light, Dark), wrong = new("dark", Light, Dark), tie = new("bright", Dark, Dark);

        RankingAgreement.Of(reward, [right, right, wrong]).Should().BeApproximately(2 / 3.0, 1e-9);
        RankingAgreement.Of(reward, Enumerable.Repeat(right, 120)).Should().Be(1);
        RankingAgreement.Of(reward, [tie]).Should().Be(0.5);
        reward.Invoking(r => RankingAgreement.Of(r, [])).Should().Throw<InvalidOptionException>();
    }

    private static RgbImage Grey(byte value, int size = 2) => new(size, size, [.. Enumerable.Repeat(value, 3 * size * size)]);

    /// <summary>Likes light for the prompt "bright", and dark for every other.</summary>
    private sealed class Brightness : IRewardModel
    {
        public string Name => "Brightness";

        public Tensor Score(Tensor images, IReadOnlyList<string> prompts)
        {
            using var scope = NewDisposeScope();
            return (images.mean([1, 2, 3]) * tensor(prompts.Select(prompt => prompt == "bright" ? 1f : -1f).ToArray())).MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
        }
    }
}
