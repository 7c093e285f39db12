using MaskUNet.Masking;
using MaskUNet.Tests.Pipelines;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Masking.TrainingFree;

[LeavesNoTensors]
public class RewardGuidedBuilderTests
{
    [FixtureFact(TinyPipelines.Area)]
    public async Task The_builder_makes_a_guided_pipeline_which_disposes_its_rewards()
    {
        var reward = new StubReward();
        var builder = TinyPipelines.Builder().UseDpmSolver().AddReward(reward, weight: 2).UseRewardGuidedMasks(o => o with { Iterations = 1 });
        using (var pipeline = await builder.BuildAsync())
        {
            var result = await pipeline.GenerateAsync(new ImageRequest("a bench") { Steps = 2, Seed = 1 });
            result.Images[0].Rewards!.Kept.Values.Should().ContainSingle(value => value.Name == "mean" && value.Weight == 2);
            reward.IsDisposed.Should().BeFalse();
            await builder.Awaiting(b => b.BuildAsync()).Should().ThrowAsync<InvalidOptionException>().WithMessage("*The rewards belong to the pipeline*new builder*");
        }

        reward.IsDisposed.Should().BeTrue();
    }

    public static TheoryData<string, Func<MaskUNetBuilder, MaskUNetBuilder>> Problems => new()
    {
        { "UseRewardGuidedMasks needs a reward; call AddReward.", builder => builder.UseRewardGuidedMasks() },
        { "AddReward was called, but nothing asks for rewards; call UseRewardGuidedMasks*", builder => builder.AddReward(new StubReward()) },
        { "AddReward: The weight of mean is 0; it must be above 0.", builder => builder.UseRewardGuidedMasks().AddReward(new StubReward(), weight: 0) },
        { "The masks was chosen twice, by UseRandomMasks and by UseRewardGuidedMasks*", builder => builder.UseRandomMasks(0.1).UseRewardGuidedMasks() },
        { "UseRewardGuidedMasks: The options of reward-guided masks cannot be used: LearningRate is -1*", builder => builder.UseRewardGuidedMasks(o => o with { LearningRate = -1 }).AddReward(new StubReward()) },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task What_is_wrong_is_told_when_it_is_built(string problem, Func<MaskUNetBuilder, MaskUNetBuilder> fill) =>
        await fill(new()).Awaiting(builder => builder.BuildAsync()).Should().ThrowAsync<InvalidOptionException>().WithMessage($"*{problem}*");
}
