using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[LeavesNoTensors]
public class ClipRewardTests
{
    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Runs), MemberType = typeof(ClipCase))]
    public void The_cosine_of_a_picture_and_its_gradient_are_the_recorded_ones(ClipCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var reward = new ClipScore(one.Load(type), ClipCase.Tokenizer, ClipScoreProtocol.Cosine);
        var recorded = one.Recorded;
        var images = recorded["image/input"].to(type).requires_grad_();

        var scores = reward.Score(images, PromptsOf(one, images));
        scores.sum().backward();

        scores.dtype.Should().Be(ScalarType.Float32);
        scores.ShouldMatch(recorded["image/cosine"], one.Tolerance(type), "cosines");
        images.grad!.ShouldMatch(recorded["image/grad"], one.Tolerance(type), "gradient");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void PickScore_is_the_cosine_times_the_model_s_scale_and_HPSv2_the_cosine(ClipCase one)
    {
        using var scope = NewDisposeScope();
        using var pickScore = new PickScore(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        using var hps = new HpsV2(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        var recorded = one.Recorded;
        var images = recorded["image/input"];
        var scale = (double?)one.Facts["logit_scale_exp"] ?? ScaleOf(one);

        pickScore.Score(images, PromptsOf(one, images)).ShouldMatch(recorded["image/cosine"] * scale, one.Tolerance(ScalarType.Float32), "PickScore");
        hps.Score(images, PromptsOf(one, images)).ShouldMatch(recorded["image/cosine"], one.Tolerance(ScalarType.Float32), "HPSv2");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void Only_the_pictures_get_gradients_even_of_a_model_that_was_trained(ClipCase one)
    {
        using var scope = NewDisposeScope();
        var model = one.Load(ScalarType.Float32);
        model.LogitScale.requires_grad_();
        using var reward = new PickScore(model, ClipCase.Tokenizer);
        var images = one.Recorded["image/input"].requires_grad_();

        reward.Score(images, PromptsOf(one, images)).sum().backward();

        images.grad.Should().NotBeNull();
        model.Weights.Values.Should().OnlyContain(weight => !weight.requires_grad);
        reward.Score(one.Recorded["image/input"], PromptsOf(one, images)).requires_grad.Should().BeFalse();
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void Threads_that_score_at_once_get_the_same_as_one(ClipCase one)
    {
        using var scope = NewDisposeScope();
        using var reward = new ClipScore(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        using var fresh = new ClipScore(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        var image = one.Recorded["image/input"].narrow(0, 0, 1);
        var prompts = Enumerable.Range(0, 12).Select(i => one.Prompts[i % one.Prompts.Count]).ToList();
        var expected = prompts.Select(prompt => Score(fresh, prompt)).ToList();

        prompts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(prompt => Score(reward, prompt)).ToList().Should().Equal(expected);

        float Score(ClipScore by, string prompt)
        {
            using var quiet = no_grad(); // of this thread
            using var scores = by.Score(image, [prompt]);
            return scores.item<float>();
        }
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void Bad_inputs_are_refused_by_name(ClipCase one)
    {
        using var scope = NewDisposeScope();
        using var reward = new HpsV2(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        var image = new RgbImage(1, 1, [1, 2, 3]);

        reward.Invoking(r => r.Score(zeros(1, 4, 8, 8), ["a"])).Should().Throw<InvalidOptionException>().WithMessage("HPSv2*[1, 4, 8, 8]*");
        reward.Invoking(r => r.Score(zeros(2, 3, 8, 8), ["a"])).Should().Throw<InvalidOptionException>().WithMessage("*2 pictures and 1 prompts*");
        reward.Invoking(r => r.Score(zeros(1, 3, 8, 8), [null!])).Should().Throw<InvalidOptionException>();
        reward.Invoking(r => r.Score(zeros(0, 3, 8, 8), [])).Should().Throw<InvalidOptionException>().WithMessage("*0 pictures*");
        reward.Invoking(r => r.Score([], [])).Should().Throw<InvalidOptionException>().WithMessage("*0 pictures*");
        reward.Invoking(r => r.Score([image], [])).Should().Throw<InvalidOptionException>().WithMessage("*1 pictures and 0 prompts*");
        reward.Invoking(r => r.Score([null!], ["a"])).Should().Throw<InvalidOptionException>().WithMessage("*null*");
        reward.Invoking(r => r.Score(full([1, 3, 8, 8], double.NaN), ["a"])).Should().Throw<NumericalException>().WithMessage("HPSv2*");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void A_tokenizer_of_another_model_is_refused(ClipCase one)
    {
        using var model = one.Load(ScalarType.Float32);
        var tokenizer = ClipTokenizer.Load(Fixtures.Path("tokenizers", "clip")).With("<one>", "<more>");

        this.Invoking(_ => new PickScore(model, tokenizer)).Should().Throw<CheckpointException>().WithMessage("*take both from one model*");
        this.Invoking(_ => new ClipScore(model, ClipCase.Tokenizer, (ClipScoreProtocol)7)).Should().Throw<InvalidOptionException>().WithMessage("*7*GigaGan*");
    }

    private static string[] PromptsOf(ClipCase one, Tensor images) => [.. one.Prompts.Take((int)images.shape[0])];

    private static double ScaleOf(ClipCase one)
    {
        using var model = one.Load(ScalarType.Float64);
        using var scale = model.LogitScale.exp();
        return scale.item<double>();
    }
}
