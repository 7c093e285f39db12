using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Bert;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

/// <summary>A recorded ImageReward model: a JSON file of the rewards area, with its checkpoint beside it.</summary>
public sealed record ImageRewardCase(string Json)
{
    private const string Area = "rewards", Folder = "imagereward";
    private const double Float64Tolerance = 1e-6;

    /// <summary>Those with a checkpoint.</summary>
    public static IEnumerable<ImageRewardCase> All() => Facts(one => one["checkpoint"] is not null);

    public static IEnumerable<object[]> Cases() => All().Select(one => new object[] { one });

    public static IEnumerable<object[]> Runs() => All().SelectMany(one => (object[][])[[one, ScalarType.Float32], [one, ScalarType.Float64]]);

    /// <summary>Those of the real size, whose weights are formulas.</summary>
    public static IEnumerable<object[]> FullSize() => Facts(one => one["weights"] is not null).Select(one => new object[] { one });

    public JsonNode Truth => Fixtures.Json(Json);

    public RecordedTensors Recorded => new(Path.ChangeExtension(Json, ".safetensors"));

    public string Checkpoint => Fixtures.Path(Path.GetDirectoryName(Json)!, (string)Truth["checkpoint"]!);

    public IReadOnlyList<string> Prompts => [.. Truth["prompts"]!.AsArray().Select(prompt => (string)prompt!)];

    public static BertTokenizer Tokenizer => BertTokenizer.Load(Fixtures.Path("tokenizers", "bert"));

    /// <summary>The recorded sizes: the text model's file and the vision transformer's in one.</summary>
    public JsonObject Config
    {
        get
        {
            var config = Fixtures.Json(Path.GetDirectoryName(Json)!, (string)Truth["med_config"]!).AsObject();
            config["vision"] = Truth["vision"]!.DeepClone();
            return config;
        }
    }

    public ImageRewardModel Load(ScalarType type)
    {
        using var file = WeightFile.Open(Checkpoint);
        return new ImageRewardModel(ImageRewardConfig.Parse(Config), file, type);
    }

    public double Tolerance(ScalarType type) => type == ScalarType.Float64 ? Float64Tolerance : (double)Truth["tolerance"]!;

    public override string ToString() => Json;

    private static IEnumerable<ImageRewardCase> Facts(Func<JsonNode, bool> predicate) => !Fixtures.Has(Area) ? [] :
        from file in Directory.GetFiles(Fixtures.Path(Area, Folder), "*.json").Order()
        let json = Path.GetRelativePath(Fixtures.Root, file)
        where !json.EndsWith("med_config.json", StringComparison.Ordinal) && predicate(Fixtures.Json(json))
        select new ImageRewardCase(json);
}
