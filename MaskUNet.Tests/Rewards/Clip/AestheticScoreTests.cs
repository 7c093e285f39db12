using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[LeavesNoTensors]
public class AestheticScoreTests
{
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<object[]> Runs() => !Fixtures.Has("rewards") ? [] :
        from file in Directory.GetFiles(Fixtures.Path("rewards"), "*.json", SearchOption.AllDirectories).Order()
        let json = Path.GetRelativePath(Fixtures.Root, file)
        where Fixtures.Json(json)["embedding"] is not null
        from type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64]
        select new object[] { json, type };

    [FixtureTheory("rewards")]
    [MemberData(nameof(Runs))]
    public void Marks_and_their_gradient_in_the_features_are_the_recorded_ones(string json, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded) = (Fixtures.Json(json), new RecordedTensors(Path.ChangeExtension(json, ".safetensors")));
        var tolerance = type == ScalarType.Float64 ? Float64Tolerance : (double)facts["tolerance"]!;
        var features = Features(facts).to(type).requires_grad_();
        using var head = new AestheticHead(Weights(facts), (int)features.shape[1], type);

        var marks = head.Forward(features);
        marks.sum().backward();

        marks.ShouldMatch(recorded["score"], tolerance, "marks");
        features.grad!.ShouldMatch(recorded["grad"], tolerance, "gradient");
        using var weights = new ModelWeights(Weights(facts), type);
        new RewardHead(weights.Root, (int)features.shape[1]).Forward(features).ShouldMatch(recorded["score_unnormalised"], tolerance, "marks of features as they are");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void A_picture_s_mark_is_its_features_whatever_the_prompt(ClipCase one)
    {
        using var scope = NewDisposeScope();
        using var model = one.Load(ScalarType.Float32);
        using IRewardModel reward = new AestheticScore(one.Load(ScalarType.Float32), new FormulaWeights());
        using var head = new AestheticHead(new FormulaWeights(), model.Config.ProjectionSize);
        var images = one.Recorded["image/input"].requires_grad_();
        var pixels = new ClipPreprocessing(model.Config.Vision.ImageSize).Apply(images);

        var marks = reward.Score(images, [.. Enumerable.Repeat("anything", (int)images.shape[0])]);
        marks.sum().backward();

        marks.ShouldMatch(head.Forward(model.ImageFeatures(pixels)), 1e-5, "marks");
        images.grad!.abs().max().item<float>().Should().BePositive();
        reward.Warnings([string.Concat(Enumerable.Repeat("long ", 100))]).Should().BeEmpty("prompts do not count");
    }

    private static Tensor Features(JsonNode facts) => FormulaWeights.InputTensor(
        (string)facts["embedding"]!["formula_name"]!, [.. facts["embedding"]!["shape"]!.AsArray().Select(size => (long)size!)]);

    // The recorded shapes, so that a key too many or too few is noticed.
    private static Listed Weights(JsonNode facts) =>
        new(facts["shapes"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!.AsArray().Select(size => (long)size!).ToArray()));

    private sealed class Listed(Dictionary<string, long[]> shapes) : IWeightSource
    {
        private readonly FormulaWeights formula = new();

        public string Name => formula.Name;

        public IReadOnlyDictionary<string, TensorEntry> Entries { get; } = shapes.ToDictionary(entry => entry.Key, entry => new TensorEntry(entry.Key, ScalarType.Float32, entry.Value));

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => formula.Read(name, shape, dataType, device);
    }
}
