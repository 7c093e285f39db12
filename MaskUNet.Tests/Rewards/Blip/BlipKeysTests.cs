using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

/// <summary>The models against the recorded keys of the real checkpoints: a key too many or too few, or a shape that differs, is refused.</summary>
[LeavesNoTensors]
public class BlipKeysTests
{
    private const string Positions = "position_ids";
    private const int VisionHeadWidth = 64;

    public static IEnumerable<object[]> ImageRewards() => Listings("blip.visual_encoder.cls_token");

    public static IEnumerable<object[]> BlipVqas() => Listings("text_decoder.cls.predictions.bias");

    [FixtureTheory("keys")]
    [MemberData(nameof(ImageRewards))]
    public void ImageReward_of_the_real_size_has_exactly_the_recorded_keys(string listing)
    {
        var (keys, facts) = (KeyFixtures.Listing(listing), Fixtures.Json("keys", listing + ".json"));
        var config = new ImageRewardConfig { Text = MaskUNet.Rewards.Bert.BertConfig.Parse(facts["config"]!.AsObject()), Vision = Vision(keys, "blip.visual_encoder.") };

        using var model = new ImageRewardModel(config, new Shapes(listing, keys), device: META);

        model.Weights.Keys.Should().BeEquivalentTo(keys.Keys.Where(key => !key.EndsWith(Positions, StringComparison.Ordinal)));
        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
    }

    [FixtureTheory("keys")]
    [MemberData(nameof(BlipVqas))]
    public void BLIP_VQA_of_the_real_size_takes_the_recorded_keys_of_either_layout(string listing)
    {
        var (keys, facts) = (KeyFixtures.Listing(listing), Fixtures.Json("keys", listing + ".json"));
        var renamed = BlipLayout.Original(new Shapes(listing, keys)).Entries!.ToDictionary(entry => entry.Key, entry => entry.Value.Shape.ToArray());
        var config = new BlipVqaConfig { Vision = Vision(renamed, "visual_encoder.") };

        using var model = new BlipVqaModel(config, new Shapes(listing, keys), device: META);

        // The recorded number may or may not count what stands under two names twice.
        var twice = renamed["text_decoder.bert.embeddings.word_embeddings.weight"].Aggregate(1L, (a, b) => a * b);
        var ours = model.Weights.Values.Sum(weight => weight.numel());
        ((long)facts["parameters"]! - ours).Should().BeOneOf([0, twice, twice + renamed["text_decoder.cls.predictions.bias"][0]]);
    }

    private static IEnumerable<object[]> Listings(string key) => !Fixtures.Has("keys") ? [] :
        from file in Directory.GetFiles(Fixtures.Path("keys"), "*.json").Order()
        let name = Path.GetFileNameWithoutExtension(file)
        where Fixtures.Json("keys", name + ".json")["keys"] is JsonArray rows && rows.Any(row => (string)row![0]! == key)
        select new object[] { name };

    private static BlipVisionConfig Vision(Dictionary<string, long[]> keys, string prefix)
    {
        var (patch, width, positions) = (keys[prefix + "patch_embed.proj.weight"][2], (int)keys[prefix + "cls_token"][2], keys[prefix + "pos_embed"][1]);
        return new BlipVisionConfig
        {
            HiddenSize = width,
            Heads = width / VisionHeadWidth,
            Layers = keys.Keys.Count(key => key.StartsWith(prefix + "blocks.", StringComparison.Ordinal) && key.EndsWith("norm1.weight", StringComparison.Ordinal)),
            PatchSize = (int)patch,
            ImageSize = (int)(Math.Sqrt(positions - 1) * patch),
        };
    }

    private sealed class Shapes(string listing, Dictionary<string, long[]> keys) : IWeightSource
    {
        private readonly MetaWeights values = new();

        public string Name => listing;

        public IReadOnlyDictionary<string, TensorEntry> Entries { get; } = keys.ToDictionary(entry => entry.Key, entry => new TensorEntry(entry.Key, ScalarType.Float32, entry.Value));

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => values.Read(name, shape, dataType, device);
    }
}
