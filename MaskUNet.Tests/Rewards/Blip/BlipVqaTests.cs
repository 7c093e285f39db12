using System.Globalization;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

[LeavesNoTensors]
public class BlipVqaTests
{
    private static BertTokenizer Tokenizer => ImageRewardCase.Tokenizer;

    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.Runs), MemberType = typeof(BlipVqaCase))]
    public void Every_part_gives_the_recorded_values(BlipVqaCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = one.Load(type);
        var recorded = one.Recorded;
        var (ids, mask) = (recorded["ids"], recorded["mask"].to(ScalarType.Bool));

        var seen = model.Look(RecordedPixels.Formula(one.Facts));
        var question = model.Read(ids, mask, seen);
        var words = model.AnswerScores(RecordedPixels.Formula(one.Facts), ids, Tokenizer.DecodeId, mask);

        seen.ShouldMatch(recorded["vision"], one.Tolerance(type), "vision");
        question.ShouldMatch(recorded["question_states"], one.Tolerance(type), "question's states");
        YesNo(words).ShouldMatch(recorded["logits_yes_no"], one.Tolerance(type), "scores of yes and no");
        YesNo(words.softmax(1)).ShouldMatch(recorded["prob_yes_no"], one.Tolerance(type), "probabilities of yes and no");
        (words.select(1, Yes) - words.select(1, No)).sigmoid().ShouldMatch(recorded["answer"], one.Tolerance(type), "answers");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.Cases), MemberType = typeof(BlipVqaCase))]
    public void Questions_become_the_recorded_ids(BlipVqaCase one)
    {
        using var scope = NewDisposeScope();
        string[] raw = [.. one.Facts["raw_questions"]!.AsArray().Select(question => (string)question!)];

        var questions = raw.Select(BlipQuestion.Prepare).ToList();
        var (ids, mask) = BlipInputs.Encode(Tokenizer, questions, BlipInputs.TextLength, CPU, Tokenizer.EncodeId);

        questions.Should().Equal(one.Facts["questions"]!.AsArray().Select(question => (string)question!));
        raw.Select(BlipQuestion.Ask).Should().Equal(questions, "each is a question already, or empty");
        ids.ShouldEqualBitForBit(one.Recorded["ids"], "ids");
        mask.ShouldEqualBitForBit(one.Recorded["mask"].to(ScalarType.Bool), "mask");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.Cases), MemberType = typeof(BlipVqaCase))]
    public void A_picture_s_score_is_its_answer_and_has_a_gradient(BlipVqaCase one)
    {
        using var scope = NewDisposeScope();
        using var model = one.Load(ScalarType.Float64);
        using var reward = new BlipVqa(one.Load(ScalarType.Float64));
        var size = model.Config.Vision.ImageSize;
        var images = FormulaImage.Create("any", size, size).unsqueeze(0).to(float64).requires_grad_();
        var question = (string)one.Facts["questions"]![0]!;

        var score = reward.Score(images, [question.TrimEnd('?')]);
        score.sum().backward();

        var (ids, mask) = BlipInputs.Encode(Tokenizer, [question], BlipInputs.TextLength, CPU, Tokenizer.EncodeId);
        var words = model.AnswerScores(MaskUNet.Rewards.Clip.ClipPixels.Normalize(images), ids, Tokenizer.DecodeId, mask).softmax(1);
        score.ShouldMatch(words.select(1, Yes) / (words.select(1, Yes) + words.select(1, No)), 1e-6, "score");
        images.grad!.abs().max().item<double>().Should().BePositive();
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(BlipVqaCase.Cases), MemberType = typeof(BlipVqaCase))]
    public void The_answers_read_as_the_reference_prints_them(BlipVqaCase one)
    {
        using var scope = NewDisposeScope();
        var answers = one.Recorded["answer"].to(float64).data<double>().ToArray();

        answers.Select(answer => answer.ToString("0.0000", CultureInfo.InvariantCulture)).Should().Equal(one.Facts["answers"]!.AsArray().Select(answer => (string)answer!));
    }

    [Theory]
    [InlineData("a green bench", "a green bench?")]
    [InlineData("A green bench? ", "a green bench?")]
    [InlineData("", "")]
    [InlineData("Red \"STOP\" sign!", "red stop sign?")]
    public void A_prompt_becomes_a_question(string prompt, string question) => BlipQuestion.Ask(prompt).Should().Be(question);

    [Fact]
    public void Questions_are_cut_at_fifty_words() =>
        BlipQuestion.Prepare(string.Join(' ', Enumerable.Repeat("a", 60))).Should().Be(string.Join(' ', Enumerable.Repeat("a", 50)));

    [Fact]
    public void Absent_sizes_of_a_transformers_config_are_transformers_defaults() =>
        BlipVqaConfig.Parse(JsonNode.Parse("""{"text_config": {}, "vision_config": {}}""")!.AsObject())
            .Should().Be(new BlipVqaConfig { Vision = new() { HiddenSize = 768, Layers = 12, Heads = 12, ImageSize = 384, LayerNormEps = 1e-5 } });

    [Fact]
    public void A_vision_transformer_with_another_MLP_is_refused() => this.Invoking(_ => BlipVqaConfig.Parse(
            JsonNode.Parse("""{"text_config": {}, "vision_config": {"intermediate_size": 5}}""")!.AsObject()))
        .Should().Throw<CheckpointException>().WithMessage("*intermediate_size*");

    private static int Yes => Tokenizer.IdOf("yes")!.Value;

    private static int No => Tokenizer.IdOf("no")!.Value;

    private static Tensor YesNo(Tensor words) => stack([words.select(1, Yes), words.select(1, No)], 1);
}
