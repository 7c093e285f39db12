using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Rewards;
using MaskUNet.Tests.Pipelines;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

[LeavesNoTensors]
public class RewardGuidedMasksTests
{
    private static readonly ImageRequest Request = new("a bench") { Seed = 3, Steps = 3 };
    private static readonly RewardGuidedOptions Quick = new() { Iterations = 2, LearningRate = 0.1 };

    [FixtureFact(TinyPipelines.Area)]
    public async Task The_result_is_never_worse_than_the_plain_picture_and_both_are_reported()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var brighter = Masks(new StubReward());
        using var worse = Masks(new StubReward("detail", images => -(images - 0.5).square().mean([1L, 2L, 3L]) - images.diff(1, 3).abs().mean([1L, 2L, 3L])), Quick with { InitialLogit = -3 });
        var plain = (await pipeline.GenerateAsync(Request)).Images.Single();
        foreach (var masks in new[] { brighter, worse })
        {
            var image = (await pipeline.GenerateAsync(Request with { Masks = masks })).Images.Single();
            image.Rewards!.Kept.Loss.Should().BeLessThanOrEqualTo(image.Rewards.Plain.Loss);
            image.Rewards.KeptPlain.Should().Be(image.Rewards.Plain.Loss < image.Rewards.Guided.Loss);
            image.Image.Pixels.Span.SequenceEqual(plain.Image.Pixels.Span).Should().Be(image.Rewards.KeptPlain);
        }

        using var mean = new RewardSum(new WeightedReward(new StubReward()));
        var kept = (await pipeline.GenerateAsync(Request with { Masks = brighter })).Images.Single();
        kept.Rewards!.Kept.Reward.Should().Be(mean.Score([kept.Image], ["a bench"])[0].Reward, "the pictures are judged as they are saved");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_worse_picture_stays_where_the_user_accepts_it()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var opposite = new StubReward("opposite");
        using var kept = Masks(new StubReward(), Quick with { InitialLogit = -3, Iterations = 1 });
        using var reported = Masks(new StubReward(), Quick with { InitialLogit = -3, Iterations = 1, Plain = PlainComparison.Report });
        using var alone = Masks(opposite, Quick with { InitialLogit = -3, Iterations = 1, Plain = PlainComparison.None });
        var report = (await pipeline.GenerateAsync(Request with { Masks = reported })).Images.Single();
        var image = (await pipeline.GenerateAsync(Request with { Masks = alone })).Images.Single();
        report.Rewards!.KeptPlain.Should().BeFalse();
        image.Rewards.Should().BeNull();
        image.Image.Pixels.ToArray().Should().Equal(report.Image.Pixels.ToArray());
        opposite.Calls.Should().Be(6, "three steps with an iteration and the evaluation after it, and no comparison");
        (await pipeline.GenerateAsync(Request with { Masks = kept })).Images.Single().Rewards!.Guided.Should().BeEquivalentTo(report.Rewards.Guided);
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Each_picture_of_a_batch_keeps_its_own_best_and_the_same_request_gives_the_same_pictures()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var request = Request with { ImagesPerPrompt = 3 };
        using var masks = Masks(new StubReward());
        var first = await pipeline.GenerateAsync(request with { Masks = masks });
        var again = await pipeline.GenerateAsync(request with { Masks = masks });
        var plain = await pipeline.GenerateAsync(request);
        for (var i = 0; i < 3; i++)
        {
            first.Images[i].Image.Pixels.ToArray().Should().Equal(again.Images[i].Image.Pixels.ToArray());
            var comparison = first.Images[i].Rewards!;
            comparison.Kept.Loss.Should().BeLessThanOrEqualTo(comparison.Plain.Loss);
            comparison.KeptPlain.Should().Be(first.Images[i].Image.Pixels.Span.SequenceEqual(plain.Images[i].Image.Pixels.Span));
        }
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Progress_tells_of_every_evaluation()
    {
        var reports = new List<RewardGuidedProgress>();
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward(), Quick with { Iterations = IterationSchedule.Of("none, two, one", (step, _) => step == 0 ? 0 : 3 - step), Progress = new OnProgress<RewardGuidedProgress>(reports.Add) });
        await pipeline.GenerateAsync(Request with { Masks = masks });
        reports.Select(report => (report.Step, report.Iteration, report.Iterations, report.IsUpdated)).Should().Equal(
            (2, 1, 2, false), (2, 2, 2, false), (2, 2, 2, true), (3, 1, 1, false), (3, 1, 1, true));
        reports.Should().AllSatisfy(report =>
        {
            report.Steps.Should().Be(3);
            report.Prompts.Should().Equal("a bench");
            report.Rewards.Single().Values.Single().Name.Should().Be("mean");
            report.Loss.Should().Be(-report.Rewards.Single().Reward);
        });
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_step_goes_on_with_the_best_evaluation_unless_told_otherwise()
    {
        using var pipeline = await TinyPipelines.Builder().UseDpmSolver().BuildAsync(); // whose last step gives the clean sample
        var request = Request with { Steps = 1 };
        var (best, last) = (new List<RewardGuidedProgress>(), new List<RewardGuidedProgress>());
        var options = Quick with { Iterations = 4, InitialLogit = -1, Plain = PlainComparison.Report };
        using var keeping = Masks(new StubReward(), options with { Progress = new OnProgress<RewardGuidedProgress>(best.Add) });
        using var latest = Masks(new StubReward(), options with { KeepBest = false, Progress = new OnProgress<RewardGuidedProgress>(last.Add) });
        var kept = (await pipeline.GenerateAsync(request with { Masks = keeping })).Images.Single();
        var final = (await pipeline.GenerateAsync(request with { Masks = latest })).Images.Single();
        kept.Rewards!.Guided.Loss.Should().BeApproximately(best.Min(report => report.Loss), 2e-4, "bytes are a little coarser");
        final.Rewards!.Guided.Loss.Should().BeApproximately(last[^1].Loss, 2e-4);
        best.Min(report => report.Loss).Should().BeLessThan(last[^1].Loss - 1e-3, "else this test could not tell them apart");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_target_that_is_reached_ends_a_steps_iterations()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var reward = new StubReward();
        using var masks = Masks(reward, Quick with { Iterations = 10, TargetReward = 0, Plain = PlainComparison.None });
        await pipeline.GenerateAsync(Request with { Masks = masks });
        reward.Calls.Should().Be(3, "a mean is never below 0, so one iteration a step is enough");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task After_the_time_limit_the_steps_are_plain()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var reward = new StubReward();
        using var masks = Masks(reward, Quick with { TimeLimit = TimeSpan.Zero, Plain = PlainComparison.None });
        (await pipeline.PixelsAsync(Request with { Masks = masks })).Should().Equal(await pipeline.PixelsAsync(Request));
        reward.Calls.Should().Be(0);
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Cancelling_is_answered_within_an_iteration()
    {
        using var cancellation = new CancellationTokenSource();
        using var pipeline = await TinyPipelines.LoadAsync();
        var reward = new StubReward("impatient", images =>
        {
            cancellation.Cancel();
            return images.mean([1L, 2L, 3L]);
        });
        using var masks = Masks(reward, Quick with { Iterations = 100 });
        await pipeline.Awaiting(p => p.GenerateAsync(Request with { Masks = masks }, cancellationToken: cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();
        reward.Calls.Should().Be(1);
    }

    [FixtureTheory(TinyPipelines.Area)]
    [InlineData(PlainComparison.KeepBetter)]
    [InlineData(PlainComparison.Report)]
    [InlineData(PlainComparison.None)]
    public async Task What_a_reward_warns_of_is_in_the_result_once(PlainComparison plain)
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward { Warning = ["only 'a' was read"] }, Quick with { Plain = plain });
        var result = await pipeline.GenerateAsync(Request with { ImagesPerPrompt = 2, Masks = masks });
        result.Warnings.Should().Equal("only 'a' was read");
        (await pipeline.GenerateAsync(Request)).Warnings.Should().BeEmpty();
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_reward_that_gives_NaN_is_named()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward("broken", images => images.mean([1L, 2L, 3L]) / 0 * 0));
        await pipeline.Awaiting(p => p.GenerateAsync(Request with { Masks = masks }))
            .Should().ThrowAsync<NumericalException>().WithMessage("The reward broken gave NaN*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_gradient_that_is_NaN_is_told_with_its_step()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward("steep", images => (images * 0).sqrt().mean([1L, 2L, 3L])));
        await pipeline.Awaiting(p => p.GenerateAsync(Request with { Masks = masks }))
            .Should().ThrowAsync<NumericalException>().WithMessage("The rewards' gradient gave NaN or infinity in step 1, iteration 1*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task A_reward_without_a_gradient_is_refused_in_words()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward("judge", images => images.detach().mean([1L, 2L, 3L])));
        await pipeline.Awaiting(p => p.GenerateAsync(Request with { Masks = masks }))
            .Should().ThrowAsync<InvalidOptionException>().WithMessage("The reward judge is not differentiable*");
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Rewards_may_see_smaller_pictures_and_those_of_another_decoder()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var sizes = new List<(long Height, long Width)>();
        var reward = new StubReward("size", images =>
        {
            sizes.Add((images.shape[2], images.shape[3]));
            return images.mean([1L, 2L, 3L]);
        });
        using var decoder = new TinyDecoder(new FormulaWeights());
        using var masks = Masks(reward, Quick with { Iterations = 1, Decoder = decoder, DecodeSize = 32, Plain = PlainComparison.Report });
        var image = (await pipeline.GenerateAsync(Request with { Width = 96, Height = 64, Steps = 1, Masks = masks })).Images.Single();
        sizes.Should().Equal((32, 48), (32, 48), (64, 96), (64, 96));
        (image.Width, image.Height).Should().Be((96, 64));
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Computing_the_U_Net_again_on_the_way_back_changes_no_bit()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        var (kept, again) = (new List<RewardGuidedProgress>(), new List<RewardGuidedProgress>());
        var options = Quick with { Iterations = 3, Plain = PlainComparison.None };
        using var keeping = Masks(new StubReward(), options with { RecomputeUNet = false, Progress = new OnProgress<RewardGuidedProgress>(kept.Add) });
        using var recomputing = Masks(new StubReward(), options with { RecomputeUNet = true, Progress = new OnProgress<RewardGuidedProgress>(again.Add) });
        (await pipeline.PixelsAsync(Request with { Masks = recomputing })).Should().Equal(await pipeline.PixelsAsync(Request with { Masks = keeping }));
        again.Select(report => report.Loss).Should().Equal(kept.Select(report => report.Loss)).And.OnlyHaveUniqueItems();
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Masks_of_the_encoder_half_are_optimised_too()
    {
        using var pipeline = await TinyPipelines.LoadAsync();
        using var masks = Masks(new StubReward(), Quick with { Targets = MaskTargets.All, Plain = PlainComparison.Report });
        var image = (await pipeline.GenerateAsync(Request with { Masks = masks })).Images.Single();
        image.Rewards!.Guided.Reward.Should().NotBe(image.Rewards.Plain.Reward);
    }

    [FixtureFact(TinyPipelines.Area)]
    public async Task Half_precision_models_are_guided_with_logits_in_float32()
    {
        using var pipeline = await TinyPipelines.Builder().UseDdim().UseDataType(ScalarType.BFloat16).BuildAsync();
        using var masks = Masks(new StubReward(), Quick with { Plain = PlainComparison.Report });
        var image = (await pipeline.GenerateAsync(Request with { Masks = masks })).Images.Single();
        image.Rewards!.Guided.Reward.Should().NotBe(image.Rewards.Plain.Reward);
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        var options = new RewardGuidedOptions { LearningRate = 0, WeightDecay = -1, InitialLogit = double.NaN, DecodeSize = 4, TimeLimit = -TimeSpan.FromSeconds(1), Mode = (RewardGuidedMode)7, TargetReward = double.NaN };
        options.Invoking(o => o.Validate()).Should().Throw<InvalidOptionException>().WithMessage(
            "*Mode is 7*InitialLogit*LearningRate is 0*WeightDecay is -1*DecodeSize is 4*TargetReward*TimeLimit*");
    }

    [Fact]
    public void The_papers_schedule_has_87_iterations_at_15_steps_and_others_in_proportion()
    {
        var schedule = IterationSchedule.Paper;
        Enumerable.Range(0, 15).Sum(step => schedule.At(step, 15)).Should().Be(87);
        Enumerable.Range(0, 15).Select(step => schedule.At(step, 15)).TakeWhile(count => count == 1).Should().HaveCount(7);
        Enumerable.Range(0, 30).Select(step => schedule.At(step, 30)).TakeWhile(count => count == 1).Should().HaveCount(14);
        FluentActions.Invoking(() => (IterationSchedule)(-1)).Should().Throw<InvalidOptionException>();
        IterationSchedule.Of("mine", (_, _) => -2).Invoking(mine => mine.At(0, 1)).Should().Throw<InvalidOptionException>().WithMessage("*'mine' gives -2 for step 0 of 1*");
    }

    [Fact]
    public void Its_description_tells_the_rewards_and_how_they_are_weighed()
    {
        using var masks = new RewardGuidedMasks(new RewardSum(new WeightedReward(new StubReward("kind"), 5, RewardLoss.Hinge(2))));
        masks.Describe().ToJsonString().Should().Contain("\"kind\":\"reward-guided\"").And.Contain("\"name\":\"kind\",\"weight\":5,\"loss\":\"max(0, 2 - score)\"");
    }

    private static RewardGuidedMasks Masks(StubReward reward, RewardGuidedOptions? options = null) => new(new RewardSum(new WeightedReward(reward)), options ?? Quick);
}
