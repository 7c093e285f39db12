using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

[LeavesNoTensors]
public class ImageRewardTests
{
    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Runs), MemberType = typeof(ImageRewardCase))]
    public void The_score_of_a_picture_and_its_gradient_are_the_recorded_ones(ImageRewardCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var reward = new ImageReward(one.Load(type), ImageRewardCase.Tokenizer);
        var recorded = one.Recorded;
        var images = recorded["image/input"].to(type).requires_grad_();

        var scores = reward.Score(images, PromptsOf(one, images));
        scores.sum().backward();

        scores.dtype.Should().Be(ScalarType.Float32);
        scores.ShouldMatch(recorded["image/score"], one.Tolerance(type), "scores");
        images.grad!.ShouldMatch(recorded["image/grad"], one.Tolerance(type), "gradient");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void Prompts_become_the_recorded_ids(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        var (expected, expectedMask) = (one.Recorded["ids"], one.Recorded["mask"].to(ScalarType.Bool));

        var (ids, mask) = BlipInputs.Encode(ImageRewardCase.Tokenizer, one.Prompts, (int)expected.shape[1], CPU);

        var length = ids.shape[1];
        ids.ShouldEqualBitForBit(expected.narrow(1, 0, length).contiguous(), "ids");
        mask.ShouldEqualBitForBit(expectedMask.narrow(1, 0, length).contiguous(), "mask");
        expectedMask.narrow(1, length, expectedMask.shape[1] - length).any().item<bool>().Should().BeFalse("only padding is left out");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void The_published_tokenizer_is_the_default(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        using var reward = new ImageReward(one.Load(ScalarType.Float32));
        var images = one.Recorded["image/input"];

        reward.Score(images, PromptsOf(one, images)).ShouldMatch(one.Recorded["image/score"], one.Tolerance(ScalarType.Float32), "scores");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void Only_the_pictures_get_gradients_even_of_a_model_that_was_trained(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        var model = one.Load(ScalarType.Float32);
        model.Weights["mlp.layers.0.weight"].requires_grad_();
        using var reward = new ImageReward(model);
        var images = one.Recorded["image/input"].requires_grad_();

        reward.Score(images, PromptsOf(one, images)).sum().backward();

        images.grad.Should().NotBeNull();
        model.Weights.Values.Should().OnlyContain(weight => !weight.requires_grad);
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void A_prompt_over_the_limit_is_cut_with_a_warning(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        using IRewardModel reward = new ImageReward(one.Load(ScalarType.Float32));
        var image = one.Recorded["image/input"].narrow(0, 0, 1);
        var words = string.Concat(Enumerable.Repeat("cat ", BlipInputs.TextLength - 2));

        reward.Warnings([words]).Should().BeEmpty();
        reward.Warnings([words, words + "Dog", words + "Dog"]).Should().ContainSingle().Which.Should().Contain("ImageReward").And.Contain("'dog'");
        reward.Score(image, [words + "dog"]).ShouldEqualBitForBit(reward.Score(image, [words]), "what is cut does not count");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void Threads_that_score_at_once_get_the_same_as_one(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        using var reward = new ImageReward(one.Load(ScalarType.Float32));
        var image = one.Recorded["image/input"].narrow(0, 0, 1);
        var prompts = Enumerable.Range(0, 12).Select(i => one.Prompts[i % one.Prompts.Count]).ToList();
        var expected = prompts.Select(Score).ToList();

        prompts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(Score).ToList().Should().Equal(expected);

        float Score(string prompt)
        {
            using var quiet = no_grad(); // of this thread
            using var scores = reward.Score(image, [prompt]);
            return scores.item<float>();
        }
    }

    private static string[] PromptsOf(ImageRewardCase one, Tensor images) => [.. one.Prompts.Take((int)images.shape[0])];
}
