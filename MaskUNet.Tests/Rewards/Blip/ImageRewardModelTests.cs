using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

[LeavesNoTensors]
public class ImageRewardModelTests
{
    private static readonly ImageRewardConfig Small = new()
    {
        Vision = new() { HiddenSize = 12, Layers = 2, Heads = 3, ImageSize = 8, PatchSize = 4 },
        Text = new() { HiddenSize = 8, IntermediateSize = 16, Layers = 2, Heads = 2, VocabularySize = 20, Positions = 6 },
    };

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Runs), MemberType = typeof(ImageRewardCase))]
    public void Every_part_gives_the_recorded_values(ImageRewardCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = one.Load(type);
        var (recorded, pixels) = (one.Recorded, RecordedPixels.Formula(one.Truth).to(type));
        var (ids, mask) = (recorded["ids"], recorded["mask"].to(ScalarType.Bool));
        var pictures = pixels.shape[0];

        var seen = model.Look(pixels);
        var states = model.HiddenStates(ids.narrow(0, 0, pictures), mask.narrow(0, 0, pictures), seen);

        seen.ShouldMatch(recorded["pixels/vision"], one.Tolerance(type), "vision");
        states[0].ShouldMatch(recorded["pixels/text_embedding"], one.Tolerance(type), "text embedding");
        states[1].ShouldMatch(recorded["pixels/text_layer0"], one.Tolerance(type), "first layer");
        states[^1].ShouldMatch(recorded["pixels/text_hidden"], one.Tolerance(type), "last hidden state");
        var scores = stack([.. Enumerable.Range(0, (int)pictures).Select(i => model.Score(pixels.narrow(0, i, 1).expand(ids.shape[0], -1, -1, -1), ids, mask))], 1);
        scores.dtype.Should().Be(type);
        scores.ShouldMatch(recorded["pixels/scores"], one.Tolerance(type), "every prompt with every picture");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Runs), MemberType = typeof(ImageRewardCase))]
    public void The_gradient_in_the_pixels_is_the_recorded_one(ImageRewardCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = one.Load(type);
        var (recorded, pixels) = (one.Recorded, RecordedPixels.Formula(one.Truth).to(type).requires_grad_());
        var count = pixels.shape[0];

        var scores = model.Score(pixels, recorded["ids"].narrow(0, 0, count), recorded["mask"].narrow(0, 0, count).to(ScalarType.Bool));
        scores.sum().backward();

        scores.ShouldMatch(recorded["pixels/score"], one.Tolerance(type), "scores");
        pixels.grad!.Slice((string?)one.Truth["pixels_grad_slice"]).ShouldMatch(recorded["pixels/grad"], one.Tolerance(type), "gradient");
        var norm = (double)one.Truth["pixels_grad"]!["norm"]!;
        pixels.grad!.to(float64).norm().item<double>().Should().BeApproximately(norm, one.Tolerance(type) * norm, "all of it counts, not the slice only");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ImageRewardCase.Cases), MemberType = typeof(ImageRewardCase))]
    public void Half_precision_and_safetensors_are_read_too(ImageRewardCase one)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = one.Load(ScalarType.Float32);
        var path = folder["ImageReward.safetensors"];
        SafetensorsWriter.Write(path, model.Weights.ToDictionary(weight => weight.Key, weight => weight.Value.to(ScalarType.Float16)));

        using var file = WeightFile.Open(path);
        using var half = new ImageRewardModel(model.Config, file);

        half.Weights.Keys.Should().BeEquivalentTo(model.Weights.Keys);
        half.Weights.Values.Should().OnlyContain(weight => weight.dtype == ScalarType.Float32);
        half.Weights.Should().OnlyContain(weight => TensorComparison.RelativeError(weight.Value, model.Weights[weight.Key]) < 1e-3);
    }

    [Fact]
    public void Gradients_reach_every_weight_that_the_score_depends_on()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageRewardModel(Small, new FormulaWeights());
        foreach (var weight in model.ScoringWeights.Values)
        {
            weight.requires_grad_();
        }

        model.Score(Pixels(), Ids(), Mask()).square().sum().backward();

        model.ScoringWeights.Where(weight => weight.Value.grad is not { } grad || grad.abs().max().item<float>() == 0).Select(weight => weight.Key)
            .Where(key => !key.EndsWith("key.bias", StringComparison.Ordinal)) // softmax takes no notice of it
            .Should().BeEmpty();
        model.Weights.Keys.Except(model.ScoringWeights.Keys).Should().HaveCount(4);
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageRewardModel(Small, new FormulaWeights());
        var ids = Ids();
        using var changed = ids.clone();
        changed[0, 4] = 7;

        model.Score(Pixels(), changed, Mask()).ShouldMatch(model.Score(Pixels(), ids, Mask()), 1e-6, "scores");
        model.Score(Pixels().narrow(0, 0, 1), ids.narrow(0, 0, 1).narrow(1, 0, 4)).ShouldMatch(model.Score(Pixels(), ids, Mask()).narrow(0, 0, 1), 1e-5, "the padding left out");
    }

    [Fact]
    public void Texts_alone_are_read_as_with_a_picture_that_adds_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageRewardModel(Small, new InitialWeights(1, "crossattention.output.dense.weight"));
        using var looking = new ImageRewardModel(Small, new InitialWeights(1));
        var seen = model.ReadPictures(Pixels());

        var alone = model.ReadTexts(Ids(), Mask());

        alone.Should().HaveCount(1 + Small.Text.Layers);
        alone[^1].ShouldMatch(model.HiddenStates(Ids(), Mask(), seen)[^1], 1e-5, "a picture that adds nothing");
        TensorComparison.RelativeError(alone[^1], looking.HiddenStates(Ids(), Mask(), seen)[^1]).Should().BeGreaterThan(1e-2, "else nothing is looked at anyway");
    }

    [Fact]
    public void Forward_passes_on_another_device_leave_no_tensor_on_the_CPU()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageRewardModel(Small, new MetaWeights(), device: META);

        model.Score(Pixels().to(META), Ids().to(META), Mask().to(META)).shape.Should().Equal(2);
    }

    [Fact]
    public void Inputs_of_another_shape_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var model = new ImageRewardModel(Small, new FormulaWeights());

        model.Invoking(m => m.Score(zeros(2, 3, 8, 9), Ids(), Mask())).Should().Throw<InvalidOptionException>().WithMessage("ImageReward*[B, 3, 8, 8]*");
        model.Invoking(m => m.Score(Pixels(), Ids().narrow(0, 0, 1), null)).Should().Throw<InvalidOptionException>().WithMessage("*[2, L]*");
        model.Invoking(m => m.Score(Pixels(), zeros([2, 7], ScalarType.Int64), null)).Should().Throw<InvalidOptionException>().WithMessage("*at most 6*");
        model.Invoking(m => m.Score(Pixels(), full([2, 3], 20L), null)).Should().Throw<InvalidOptionException>().WithMessage("*the id 20*0 to 19*");
        model.Invoking(m => m.ReadPictures(zeros(2, 3, 8, 9))).Should().Throw<InvalidOptionException>().WithMessage("ImageReward*[B, 3, 8, 8]*");
        model.Invoking(m => m.ReadTexts(zeros([2, 7], ScalarType.Int64))).Should().Throw<InvalidOptionException>().WithMessage("*at most 6*");
        model.Invoking(m => m.Score(Pixels(), Ids(), ones(2, 5))).Should().Throw<InvalidOptionException>().WithMessage("*mask*bool*");
    }

    [Theory]
    [InlineData("hidden_size", "0")]
    [InlineData("num_attention_heads", "7")]
    [InlineData("hidden_act", "\"relu\"")]
    [InlineData("layer_norm_eps", "0")]
    [InlineData("vocab_size", "-1")]
    [InlineData("vision", "{\"depth\": 0}")]
    [InlineData("vision", "{\"embed_dim\": 10, \"num_heads\": 3}")]
    [InlineData("vision", "{\"image_size\": 225}")]
    public void Sizes_that_make_no_model_are_refused(string key, string value)
    {
        var config = new System.Text.Json.Nodes.JsonObject { [key] = System.Text.Json.Nodes.JsonNode.Parse(value) };

        this.Invoking(_ => ImageRewardConfig.Parse(config)).Should().Throw<CheckpointException>();
    }

    [Fact]
    public void Sizes_survive_being_written() => ImageRewardConfig.Parse(Small.ToJson()).Should().Be(Small);

    [Fact]
    public void A_disk_that_fails_while_a_model_is_built_leaves_nothing_behind() =>
        this.Invoking(_ => new ImageRewardModel(Small, new BreakingWeights(reads: 5))).Should().Throw<IOException>();

    private static Tensor Pixels() => FormulaWeights.InputTensor("pixels", 2, 3, 8, 8);

    private static Tensor Ids() => tensor((long[])[1, 5, 6, 2, 0, 1, 9, 8, 4, 2], [2, 5]);

    private static Tensor Mask() => tensor((bool[])[true, true, true, true, false, true, true, true, true, true], [2, 5]);
}
