using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

[Trait("Category", "FullSize")]
public class BlipVqaFullSizeTests
{
    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.FullSize), MemberType = typeof(BlipVqaCase))]
    public void The_real_size_gives_the_recorded_values(string json)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (facts, recorded, config) = (Fixtures.Json(json), new RecordedTensors(Path.ChangeExtension(json, ".safetensors")), new BlipVqaConfig());
        var (tolerance, tokenizer) = ((double)facts["tolerance"]!, ImageRewardCase.Tokenizer);
        using var model = new BlipVqaModel(config, new FormulaWeights());
        var pixels = RecordedPixels.Pictures(facts, config.Vision.ImageSize);
        var (ids, mask) = (recorded["ids"], recorded["mask"].to(ScalarType.Bool));

        var seen = model.Look(pixels);
        var words = model.AnswerScores(pixels, ids, tokenizer.DecodeId, mask);
        var yesNo = tensor((long[])[tokenizer.IdOf("yes")!.Value, tokenizer.IdOf("no")!.Value]);

        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
        seen.Slice((string)facts["slices"]!["vision"]!).ShouldMatch(recorded["vision"], tolerance, "vision");
        model.Read(ids, mask, seen).Slice((string)facts["slices"]!["question_states"]!).ShouldMatch(recorded["question_states"], tolerance, "question's states");
        words.index_select(1, yesNo).ShouldMatch(recorded["logits_yes_no"], tolerance, "scores of yes and no");
        words.softmax(1).index_select(1, yesNo).ShouldMatch(recorded["prob_yes_no"], tolerance, "probabilities of yes and no");
    }
}
