using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[LeavesNoTensors]
public class ClipModelTests
{
    private const int Prompts = 3;

    private static readonly ClipConfig Small = new()
    {
        Text = new() { HiddenSize = 8, IntermediateSize = 16, Layers = 2, Heads = 2, VocabularySize = 20, Positions = 6, EndId = 19 },
        Vision = new() { HiddenSize = 12, IntermediateSize = 24, Layers = 2, Heads = 3, ImageSize = 9, PatchSize = 4 },
        ProjectionSize = 5,
    };

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Runs), MemberType = typeof(ClipCase))]
    public void Features_and_cosines_are_the_recorded_ones(ClipCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = one.Load(type);
        var recorded = one.Recorded;

        var texts = model.TextFeatures(recorded["ids"]);
        var images = model.ImageFeatures(one.Pixels());

        texts.dtype.Should().Be(type);
        texts.ShouldMatch(recorded["text_features"], one.Tolerance(type), "text features");
        images.ShouldMatch(recorded["image_features"], one.Tolerance(type), "image features");
        Unit(texts).matmul(Unit(images).t()).ShouldMatch(recorded["cosine"], one.Tolerance(type), "cosines");
        if (recorded.Has("score"))
        {
            (model.LogitScale.exp() * Unit(texts).matmul(Unit(images).t())).ShouldMatch(recorded["score"], one.Tolerance(type), "scores");
        }
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Runs), MemberType = typeof(ClipCase))]
    public void The_gradient_in_the_pixels_is_the_recorded_one(ClipCase one, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = one.Load(type);
        var recorded = one.Recorded;
        var pixels = one.Pixels().to(type).requires_grad_();
        var texts = model.TextFeatures(recorded["ids"].narrow(0, 0, pixels.shape[0]));

        (Unit(texts) * Unit(model.ImageFeatures(pixels))).sum().backward();

        pixels.grad!.Slice((string?)one.Facts["grad_slice"]).ShouldMatch(recorded["grad"], one.Tolerance(type), "gradient");
    }

    [Fact]
    public void Gradients_reach_every_weight()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipModel(Small, new FormulaWeights());
        foreach (var weight in model.Weights.Values)
        {
            weight.requires_grad_();
        }

        var cosines = Unit(model.TextFeatures(Ids())).matmul(Unit(model.ImageFeatures(Pixels())).t());
        nn.functional.cross_entropy(cosines * model.LogitScale.exp(), arange(Prompts)).backward();

        model.Weights.Where(weight => weight.Value.grad is not { } grad || grad.abs().max().item<float>() == 0).Select(weight => weight.Key)
            .Where(key => !key.EndsWith("k_proj.bias", StringComparison.Ordinal)) // softmax takes no notice of it
            .Should().BeEmpty();
    }

    [Fact]
    public void The_features_of_a_picture_are_the_projection_of_the_first_position_that_the_tower_gives()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = new ClipModel(Small, new FormulaWeights());

        var states = model.ReadPictures(Pixels());

        states.shape.Should().Equal(Prompts, 1 + 4, Small.Vision.HiddenSize);
        states.select(1, 0).matmul(model.Weights["visual_projection.weight"].t()).ShouldMatch(model.ImageFeatures(Pixels()), 1e-6, "features");
        (states.select(1, 1) - states.select(1, 2)).abs().max().item<float>().Should().BeGreaterThan(1e-3f, "each patch has its own");
    }

    [Fact]
    public void Forward_passes_on_another_device_leave_no_tensor_on_the_CPU()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipModel(Small, new MetaWeights(), device: META);

        model.TextFeatures(Ids().to(META)).shape.Should().Equal(Prompts, Small.ProjectionSize);
        model.ImageFeatures(Pixels().to(META)).shape.Should().Equal(Prompts, Small.ProjectionSize);
    }

    [Theory]
    [InlineData("1 3 9 8")]
    [InlineData("1 4 9 9")]
    [InlineData("0 3 9 9")]
    [InlineData("3 9 9")]
    public void Pixels_of_another_shape_are_refused(string sizes)
    {
        long[] shape = [.. sizes.Split(' ').Select(long.Parse)];
        using var scope = NewDisposeScope();
        using var model = new ClipModel(Small, new FormulaWeights());

        model.Invoking(m => m.ReadPictures(zeros(shape))).Should().Throw<InvalidOptionException>().WithMessage("*[B, 3, 9, 9]*");
        model.Invoking(m => m.ImageFeatures(zeros(shape))).Should().Throw<InvalidOptionException>().WithMessage("*[B, 3, 9, 9]*");
    }

    [Fact]
    public void Ids_beyond_the_vocabulary_or_the_positions_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipModel(Small, new FormulaWeights());

        model.Invoking(m => m.TextFeatures(full([1, 2], 20L))).Should().Throw<InvalidOptionException>().WithMessage("*20*0 to 19*");
        model.Invoking(m => m.TextFeatures(zeros([1, 7], ScalarType.Int64))).Should().Throw<InvalidOptionException>().WithMessage("*at most 6*");
        model.Invoking(m => m.TextFeatures(zeros([1, 2]))).Should().Throw<InvalidOptionException>().WithMessage("*Float32*int64*");
    }

    [Fact]
    public void Sizes_that_make_no_model_are_refused() =>
        this.Invoking(_ => new ClipModel(Small with { ProjectionSize = 0 }, new FormulaWeights())).Should().Throw<CheckpointException>().WithMessage("*projection_dim is 0*");

    [Fact]
    public void A_disk_that_fails_while_a_model_is_built_leaves_nothing_behind() =>
        this.Invoking(_ => new ClipModel(Small, new BreakingWeights(reads: 3))).Should().Throw<IOException>();

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void Weights_of_another_model_are_refused_by_name(ClipCase one)
    {
        using var file = WeightFile.Open(Fixtures.Path(one.Checkpoint));

        this.Invoking(_ => new ClipModel(Small, file)).Should().Throw<CheckpointException>().WithMessage("*the CLIP model*vision_model.embeddings*");
    }

    private static Tensor Unit(Tensor features) => features / features.norm(dim: -1, keepdim: true);

    private static Tensor Ids() => tensor((long[])[18, 3, 4, 19, 0, 0, 18, 5, 19, 0, 0, 0, 18, 7, 1, 2, 3, 19], [Prompts, 6]);

    private static Tensor Pixels() => FormulaWeights.InputTensor("pixels", Prompts, 3, 9, 9);
}
