using System.Text.Json.Nodes;
using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

/// <summary>The protocols, on recorded pictures and captions; the model is the one of the rewards area that has the same sizes.</summary>
[LeavesNoTensors]
public class ClipScoreTests
{
    private const string Area = "evaluation";
    private const string Folder = "clip-score";
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<object[]> Sets() => !Fixtures.Has(Area) ? [] :
        Directory.GetFiles(Fixtures.Path(Area, Folder), "*.json").Order().Select(file => new object[] { Path.GetFileNameWithoutExtension(file) });

    public static IEnumerable<object[]> Runs() =>
        from set in Sets().Select(row => (string)row[0])
        from one in Models(Fixtures.Json(Area, Folder, set + ".json"))
        select new object[] { set, one };

    [FixtureTheory(Area)]
    [MemberData(nameof(Runs))]
    public void Every_protocol_gives_the_recorded_scores(string set, ClipCase one)
    {
        var facts = Facts(set);
        foreach (var (protocol, key, factor) in ((ClipScoreProtocol, string, double)[])
            [(ClipScoreProtocol.Torchmetrics, "torchmetrics", 100), (ClipScoreProtocol.GigaGan, "gigagan", 1), (ClipScoreProtocol.Cosine, "raw", 1)])
        {
            using var scope = NewDisposeScope();
            using var reward = new ClipScore(one.Load(ScalarType.Float64), ClipCase.Tokenizer, protocol);
            var result = facts["results"]![key]!;
            double[] expected = [.. result["cosine"]!.AsArray().Select(cosine => factor * (double)cosine!)];

            var scores = reward.Score(Images(facts), Captions(facts));

            scores.ShouldMatch(tensor(expected), (double)facts["tolerance"]!, key);
            var values = scores.to(float64).data<double>().ToArray();
            var largest = expected.Max(Math.Abs);
            reward.Mean(values).Should().BeApproximately((double)result["score"]!, largest * (double)facts["tolerance"]!);
            if (result["score_first_2"] is { } first)
            {
                reward.Mean(values[..2]).Should().BeApproximately((double)first, largest * (double)facts["tolerance"]!);
            }
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Sets))]
    public void The_ids_are_the_recorded_ones(string set)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded) = (Facts(set), new RecordedTensors(Area, Folder, set + ".safetensors"));

        Ids(caption => ClipCase.Tokenizer.EncodePadded(caption).Ids).ShouldEqualBitForBit(recorded["ids"], "ids");
        Ids(caption => GigaGan.Tokenize(ClipCase.Tokenizer, caption)).ShouldEqualBitForBit(recorded["gigagan_ids"], "GigaGAN's ids");

        Tensor Ids(Func<string, IReadOnlyList<long>> tokenize) => stack([.. Captions(facts).Select(caption => tensor(tokenize(caption).ToArray()))]);
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Sets))]
    public void The_pixels_are_the_recorded_ones(string set)
    {
        using var scope = NewDisposeScope();
        var (facts, recorded) = (Facts(set), new RecordedTensors(Area, Folder, set + ".safetensors"));
        var size = (int)facts["config"]!["vision_cfg"]!["image_size"]!;

        foreach (var (name, prepare) in ((string, Func<RgbImage, Tensor>)[])
            [("pixels_torchmetrics", new ClipPreprocessing(size, CropRounding.Down).Apply), ("pixels_gigagan", image => new ClipPreprocessing(size).Apply(GigaGan.Prepare(image)))])
        {
            var pixels = Images(facts).Select(prepare).ToList();
            for (var i = 0; i < pixels.Count; i++)
            {
                pixels[i][0].Slice(null).ShouldMatch(recorded[name][i], (double)facts["tolerance"]!, $"{name} {i}");
            }
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Runs))]
    public void Tensors_score_about_as_the_bytes_that_they_come_from(string set, ClipCase one)
    {
        const double Rounding = 0.05; // of the largest: bytes are rounded between the steps, tensors are not
        var facts = Facts(set);
        foreach (var protocol in Enum.GetValues<ClipScoreProtocol>())
        {
            using var scope = NewDisposeScope();
            using var reward = new ClipScore(one.Load(ScalarType.Float64), ClipCase.Tokenizer, protocol);
            var exact = reward.Score(Images(facts), Captions(facts));

            var ours = cat([.. Images(facts).Zip(Captions(facts), (image, caption) => reward.Score(image.ToUnitTensor(), [caption]))]);

            ours.ShouldMatch(exact, Rounding, reward.Name);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Runs))]
    public void Torchmetrics_cuts_off_a_negative_mean_and_no_other_does(string set, ClipCase one)
    {
        using var torchmetrics = new ClipScore(one.Load(ScalarType.Float32), ClipCase.Tokenizer);
        using var cosine = new ClipScore(one.Load(ScalarType.Float32), ClipCase.Tokenizer, ClipScoreProtocol.Cosine);
        double[] negated = [.. Facts(set)["results"]!["torchmetrics"]!["scores_100"]!.AsArray().Select(score => -(double)score!)];

        torchmetrics.Mean(negated).Should().Be((double)Facts(set)["results"]!["torchmetrics_negated_features"]!["score"]!);
        cosine.Mean(negated).Should().BeApproximately((double)Facts(set)["results"]!["torchmetrics_negated_features"]!["mean"]!, Float64Tolerance);
        cosine.Invoking(c => c.Mean([])).Should().Throw<InvalidOptionException>();
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Sets))]
    public void GigaGAN_s_way_back_to_bytes_changes_the_recorded_ones(string set)
    {
        var changed = Facts(set)["results"]!["gigagan_byte_round_trip"]!["changed"]!.AsArray().Select(value => (int)value!).ToList();

        Enumerable.Range(0, 256).Where(value => GigaGan.RoundTrip((byte)value) != value).Should().Equal(changed);
        changed.Should().OnlyContain(value => GigaGan.RoundTrip((byte)value) == value - 1);
    }

    private static JsonNode Facts(string set) => Fixtures.Json(Area, Folder, set + ".json");

    private static IEnumerable<ClipCase> Models(JsonNode facts) => ClipCase.All().Where(one => JsonNode.DeepEquals(one.Facts["config"], facts["config"]));

    private static IReadOnlyList<RgbImage> Images(JsonNode facts) =>
        [.. facts["images"]!.AsArray().Select(image => RgbImage.Load(Fixtures.Path(Area, Folder, (string)image!["file"]!)))];

    private static IReadOnlyList<string> Captions(JsonNode facts) => [.. facts["captions"]!.AsArray().Select(caption => (string)caption!)];
}
