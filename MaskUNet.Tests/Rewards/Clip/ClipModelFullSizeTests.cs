using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[Trait("Category", "FullSize")]
public class ClipModelFullSizeTests
{
    public static IEnumerable<object[]> Cases() => !Fixtures.Has("rewards") ? [] :
        from file in Directory.GetFiles(Fixtures.Path("rewards"), "*.json", SearchOption.AllDirectories).Order()
        let json = Path.GetRelativePath(Fixtures.Root, file)
        let facts = Fixtures.Json(json)
        where facts["cosine"] is not null && facts["weights"] is not null
        select new object[] { json };

    [FixtureTheory("rewards")]
    [MemberData(nameof(Cases))]
    public void The_real_size_gives_the_recorded_values(string json)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded) = (Fixtures.Json(json), new RecordedTensors(Path.ChangeExtension(json, ".safetensors")));
        var config = ClipConfig.Parse(facts["config"]!.AsObject());
        var tolerance = (double)facts["tolerance"]!;
        using var model = new ClipModel(config, Weights(facts, config));
        var pictures = Images(facts, config.Vision.ImageSize);
        var pixels = ClipPixels.Normalize(pictures).requires_grad_();

        pictures.to(float64).sum([1, 2, 3]).data<double>().Should().BeEquivalentTo(
            facts["images"]!.AsArray().Select(image => (double)image!["sum"]!), options => options.Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-6)).WhenTypeIs<double>());
        var texts = model.TextFeatures(recorded["ids"]);
        var images = model.ImageFeatures(pixels);
        var cosines = Unit(texts).matmul(Unit(images).t());
        cosines.trace().backward();

        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
        texts.ShouldMatch(recorded["text_features"], tolerance, "text features");
        images.ShouldMatch(recorded["image_features"], tolerance, "image features");
        cosines.ShouldMatch(recorded["cosine"], tolerance, "cosines");
        pixels.grad!.flatten(1).narrow(1, 0, recorded["grad_first64"].shape[1]).ShouldMatch(recorded["grad_first64"], tolerance, "the gradient's start");
        pixels.grad!.Slice((string)facts["slices"]!["grad_strided"]!).ShouldMatch(recorded["grad_strided"], tolerance, "gradient");
    }

    private static IWeightSource Weights(JsonNode facts, ClipConfig config) =>
        ((string)facts["weights"]!).Contains("transformers", StringComparison.Ordinal) ? new FormulaWeights() : new OpenClipFormula(config);

    private static Tensor Images(JsonNode facts, int size) =>
        stack([.. facts["images"]!.AsArray().Select(image => FormulaImage.Create((string)image!["formula_image"]!, size, size))]);

    private static Tensor Unit(Tensor features) => features / features.norm(dim: -1, keepdim: true);
}
