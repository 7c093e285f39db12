using MaskUNet.Rewards;
using MaskUNet.Tests.Masking.TrainingFree;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards;

[LeavesNoTensors]
public class RewardSumTests
{
    private static readonly string[] Prompts = ["one", "two"];

    [Fact]
    public void It_weighs_scores_and_losses_and_reports_each_reward_of_each_picture()
    {
        using var scope = NewDisposeScope();
        using var sum = new RewardSum(
            new WeightedReward(new StubReward(), 3, RewardLoss.Hinge(0.5)), new WeightedReward(new StubReward("most", images => images.amax([1L, 2L, 3L])), 2));
        var reports = sum.Score(stack([full([3, 2, 2], 0.25f), full([3, 2, 2], 0.75f)]), Prompts);
        reports.Select(report => report.Values.Select(value => (value.Name, value.Weight, value.Score, value.Loss)).ToArray()).Should().BeEquivalentTo(
            [new[] { ("mean", 3.0, 0.25, 0.25), ("most", 2.0, 0.25, -0.25) }, [("mean", 3.0, 0.75, 0.0), ("most", 2.0, 0.75, -0.75)]], o => o.WithStrictOrdering());
        reports.Select(report => (report.Reward, report.Loss)).Should().Equal((1.25, 0.25), (3.75, -1.5));
        reports[1].IsBetterThan(reports[0]).Should().BeTrue();
        reports[0].ToString().Should().Be("mean 0.25, most 0.25 (loss 0.25)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_loss_of_one_score_is_that_of_many(bool isHinge)
    {
        using var scope = NewDisposeScope();
        var loss = new RewardLoss(Margin: 2, isHinge);
        double[] scores = [-0.5, 2, 2.5];
        loss.Of(tensor(scores)).data<double>().Should().Equal(scores.Select(loss.Of));
    }

    [Fact]
    public void Gradients_are_those_of_the_mean_loss_and_come_a_reward_at_a_time()
    {
        using var scope = NewDisposeScope();
        using var sum = new RewardSum(
            new WeightedReward(new StubReward(), 3, RewardLoss.Hinge(0.5)), new WeightedReward(new StubReward("squares", images => images.square().mean([1L, 2L, 3L])), 2, RewardLoss.Distance(1)));
        var values = rand([2, 3, 4, 4], float64, generator: new Generator(1));
        var (ours, theirs) = (values.clone().requires_grad_(), values.clone().requires_grad_());
        sum.AddGradients(ours, Prompts, CancellationToken.None);
        using (enable_grad())
        {
            var loss = (3 * nn.functional.relu(0.5 - theirs.mean([1L, 2L, 3L]))) + (2 * (1 - theirs.square().mean([1L, 2L, 3L])));
            loss.mean().backward();
        }

        ours.grad!.ShouldMatch(theirs.grad!, 1e-12, "gradient");
    }

    [Fact]
    public void A_reward_that_gives_something_else_than_a_score_a_picture_is_named()
    {
        using var scope = NewDisposeScope();
        using var sum = new RewardSum(new WeightedReward(new StubReward("odd", images => images.mean())));
        sum.Invoking(s => s.Score(zeros(2, 3, 2, 2), Prompts)).Should().Throw<MaskUNetException>().WithMessage("The reward odd gave scores [] for 2 pictures; [2] was expected.");
    }

    [Fact]
    public void Sums_of_nothing_and_weights_that_are_none_are_refused()
    {
        FluentActions.Invoking(() => new RewardSum()).Should().Throw<InvalidOptionException>().WithMessage("*at least one*");
        FluentActions.Invoking(() => new RewardSum(new WeightedReward(new StubReward("a"), -1), new WeightedReward(new StubReward("b"), 1, RewardLoss.Hinge(double.NaN))))
            .Should().Throw<InvalidOptionException>().WithMessage("The weight of a is -1*The margin of b is NaN*");
    }

    [Fact]
    public void It_disposes_its_rewards()
    {
        var reward = new StubReward();
        new RewardSum(new WeightedReward(reward)).Dispose();
        reward.IsDisposed.Should().BeTrue();
    }
}
