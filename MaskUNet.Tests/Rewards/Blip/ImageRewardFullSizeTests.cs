using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

[Trait("Category", "FullSize")]
public class ImageRewardFullSizeTests
{
    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.FullSize), MemberType = typeof(ImageRewardCase))]
    public void The_real_size_gives_the_recorded_values(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded, config) = (one.Truth, one.Recorded, new ImageRewardConfig());
        var (tolerance, slices) = ((double)facts["tolerance"]!, facts["slices"]!);
        using var model = new ImageRewardModel(config, new FormulaWeights());
        var pixels = RecordedPixels.Pictures(facts, config.Vision.ImageSize).requires_grad_();
        var (ids, mask) = (recorded["ids"], recorded["mask"].to(ScalarType.Bool));

        var scores = model.Score(pixels, ids, mask);
        scores.sum().backward();

        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
        scores.ShouldMatch(recorded["score"], tolerance, "scores");
        pixels.grad!.flatten(1).narrow(1, 0, recorded["grad_first64"].shape[1]).ShouldMatch(recorded["grad_first64"], tolerance, "the gradient's start");
        pixels.grad!.Slice((string)slices["grad_strided"]!).ShouldMatch(recorded["grad_strided"], tolerance, "gradient");

        using var quiet = no_grad();
        var seen = model.Look(pixels);
        var hidden = model.HiddenStates(ids, mask, seen)[^1];
        seen.Slice((string)slices["vision_strided"]!).ShouldMatch(recorded["vision_strided"], tolerance, "vision");
        hidden.select(1, 0).ShouldMatch(recorded["text_hidden_cls"], tolerance, "hidden states of the first position");
        hidden.Slice((string)slices["text_hidden_strided"]!).ShouldMatch(recorded["text_hidden_strided"], tolerance, "hidden states");
        model.Score(pixels, ids.flip(0), mask.flip(0)).ShouldMatch(recorded["score_crossed"], tolerance, "scores with the prompts swapped");
    }
}
