using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

[LeavesNoTensors]
public class ClipLayoutTests
{
    private const string Suffix = "-to-hf.json";

    public static IEnumerable<object[]> Maps() => !Fixtures.Has("keys") ? [] :
        Directory.GetFiles(Fixtures.Path("keys"), "*" + Suffix).Order().Select(file => new object[] { Path.GetFileName(file) });

    public static IEnumerable<object[]> Listings() => !Fixtures.Has("keys") ? [] :
        from file in Directory.GetFiles(Fixtures.Path("keys"), "*.json").Order()
        let name = Path.GetFileNameWithoutExtension(file)
        let type = (string?)Fixtures.Json("keys", name + ".json")["class"]
        where type?.EndsWith(" CLIPModel", StringComparison.Ordinal) == true || type?.EndsWith(" CLIP", StringComparison.Ordinal) == true
        select new object[] { name };

    [FixtureTheory("keys")]
    [MemberData(nameof(Maps))]
    public void Every_name_of_open_clip_becomes_the_recorded_one(string map)
    {
        var pairs = Fixtures.Json("keys", map)["pairs"]!.AsArray().Select(row => (From: (string)row![0]!, To: (string)row[1]!, By: (string)row[2]!)).ToList();
        // The mapping lacks the shapes that the rows are cut from; they are three times as many as the last row says.
        var shapes = pairs.GroupBy(pair => pair.From).ToDictionary(group => group.Key, group => (IReadOnlyList<long>)(group.Last().By.Split(':') is [_, var end]
            ? [long.Parse(end, System.Globalization.CultureInfo.InvariantCulture)]
            : []));

        var ours = shapes.SelectMany(stored => ClipLayout.Map(stored.Key, stored.Value).Select(mapped => (stored.Key, mapped.Name, mapped.Transform.ToString()!)));

        ours.Should().BeEquivalentTo(pairs);
    }

    [FixtureTheory("keys")]
    [MemberData(nameof(Listings))]
    public void A_model_of_the_real_size_has_exactly_the_recorded_keys(string name)
    {
        var facts = Fixtures.Json("keys", name + ".json");
        var source = new Shapes(name);

        using var model = new ClipModel(Config(facts["config"]!.AsObject()), source, device: META);

        model.Weights.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
    }

    [Fact]
    public void The_sizes_of_HPSv2_are_those_of_open_clip_s_ViT_H_14() => HpsV2.Config.Should().Be(ClipConfig.Parse(JsonNode.Parse(
        """
        {"embed_dim": 1024,
         "vision_cfg": {"image_size": 224, "layers": 32, "width": 1280, "head_width": 80, "patch_size": 14},
         "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 1024, "heads": 16, "layers": 24}}
        """)!.AsObject()));

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.Cases), MemberType = typeof(ClipCase))]
    public void A_folder_is_loaded_in_either_layout_and_other_folders_are_refused(ClipCase one)
    {
        var folder = Fixtures.Path(Path.GetDirectoryName(one.Checkpoint)!);
        if (Directory.GetFiles(folder, "*config.json").Length == 1)
        {
            using var loaded = ClipModel.Load(folder);
            using var expected = one.Load(ScalarType.Float32);

            loaded.Config.Should().Be(expected.Config);
            loaded.Weights.Keys.Should().BeEquivalentTo(expected.Weights.Keys);
        }

        using var empty = new TemporaryFolder();
        empty.Invoking(e => ClipModel.Load(e.Path)).Should().Throw<CheckpointException>().WithMessage("*config.json*");
        File.WriteAllText(empty["config.json"], "{}");
        empty.Invoking(e => ClipModel.Load(e.Path)).Should().Throw<CheckpointException>().WithMessage("*model.safetensors*");
    }

    [FixtureTheory("rewards")]
    [MemberData(nameof(ClipCase.OpenClipCases), MemberType = typeof(ClipCase))]
    public void The_wrapper_of_training_on_several_GPUs_is_taken_off(ClipCase one)
    {
        using var file = WeightFile.Open(Fixtures.Path(one.Checkpoint));

        var unwrapped = ClipLayout.Transformers(new RenamedWeights(file, stored => [new($"module.{stored.Name}")]));

        unwrapped.Entries!.Keys.Should().BeEquivalentTo(ClipLayout.Transformers(file).Entries!.Keys);
    }

    // Listings of transformers' models name their sizes in words of their own.
    private static ClipConfig Config(JsonObject sizes) => sizes.ContainsKey("vision_cfg") ? ClipConfig.Parse(sizes) : ClipConfig.Parse(new JsonObject
    {
        ["projection_dim"] = (int)sizes["projection"]!,
        ["text_config"] = Tower(sizes, "text"),
        ["vision_config"] = Tower(sizes, "vision"),
    });

    private static JsonObject Tower(JsonObject sizes, string tower)
    {
        var config = new JsonObject
        {
            ["hidden_size"] = (int)sizes[$"{tower}_width"]!,
            ["intermediate_size"] = 4 * (int)sizes[$"{tower}_width"]!,
            ["num_hidden_layers"] = (int)sizes[$"{tower}_layers"]!,
            ["num_attention_heads"] = (int)sizes[$"{tower}_heads"]!,
            ["hidden_act"] = (string)sizes["act"]!,
        };
        if (tower == "vision")
        {
            config["patch_size"] = (int)sizes["patch"]!;
        }

        return config;
    }

    private sealed class Shapes(string listing) : IWeightSource
    {
        private readonly MetaWeights values = new();

        public string Name => listing;

        public IReadOnlyDictionary<string, TensorEntry> Entries { get; } =
            KeyFixtures.Listing(listing).ToDictionary(entry => entry.Key, entry => new TensorEntry(entry.Key, ScalarType.Float32, entry.Value));

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => values.Read(name, shape, dataType, device);
    }
}
