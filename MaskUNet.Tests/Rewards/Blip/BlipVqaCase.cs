using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Blip;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Blip;

/// <summary>A recorded BLIP-VQA model: a JSON file of the rewards area and one of the checkpoints that it names, in either layout.</summary>
public sealed record BlipVqaCase(string Json, string Checkpoint)
{
    private const string Area = "rewards", Folder = "blip-vqa";
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<BlipVqaCase> All() => Files("checkpoints").SelectMany(json => Fixtures.Json(json)["checkpoints"]!.AsArray()
        .Select(checkpoint => new BlipVqaCase(json, Path.Combine(Path.GetDirectoryName(json)!, ((string)checkpoint!).Split(' ')[0]))));

    public static IEnumerable<object[]> Cases() => All().Select(one => new object[] { one });

    public static IEnumerable<object[]> Runs() => All().SelectMany(one => (object[][])[[one, ScalarType.Float32], [one, ScalarType.Float64]]);

    /// <summary>Those of the real size, whose weights are formulas.</summary>
    public static IEnumerable<object[]> FullSize() => Files("weights").Select(json => new object[] { json });

    public JsonNode Facts => Fixtures.Json(Json);

    public RecordedTensors Recorded => new(Path.ChangeExtension(Json, ".safetensors"));

    public JsonObject Config
    {
        get
        {
            var own = Fixtures.Path(Path.GetDirectoryName(Checkpoint)!, "config.json");
            if (File.Exists(own))
            {
                return JsonNode.Parse(File.ReadAllText(own))!.AsObject();
            }

            var config = Fixtures.Json(Path.GetDirectoryName(Json)!, (string)Facts["med_config"]!).AsObject();
            config["vision"] = Facts["vision"]!.DeepClone();
            return config;
        }
    }

    public BlipVqaModel Load(ScalarType type)
    {
        using var file = WeightFile.Open(Fixtures.Path(Checkpoint));
        return new BlipVqaModel(BlipVqaConfig.Parse(Config), file, type);
    }

    public double Tolerance(ScalarType type) => type == ScalarType.Float64 ? Float64Tolerance : (double)Facts["tolerance"]!;

    public override string ToString() => Checkpoint;

    private static IEnumerable<string> Files(string key) => !Fixtures.Has(Area) ? [] :
        from file in Directory.GetFiles(Fixtures.Path(Area, Folder), "*.json").Order()
        let json = Path.GetRelativePath(Fixtures.Root, file)
        where Fixtures.Json(json)[key] is not null
        select json;
}
