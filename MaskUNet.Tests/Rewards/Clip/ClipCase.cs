using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

/// <summary>A recorded CLIP model of the rewards area: a JSON file and one of the checkpoints that it names, in either layout.</summary>
public sealed record ClipCase(string Json, string Checkpoint)
{
    private const string Area = "rewards";
    private const string TransformersConfig = "config.json";

    // The recorded truth is float64 rounded to float32, so a float64 model must come within this.
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<ClipCase> All() => !Fixtures.Has(Area) ? [] :
        from file in Directory.GetFiles(Fixtures.Path(Area), "*.json", SearchOption.AllDirectories).Order()
        let json = Path.GetRelativePath(Fixtures.Root, file)
        let facts = Fixtures.Json(json)
        where facts["cosine"] is not null
        from checkpoint in facts["checkpoints"]?.AsArray() ?? [facts["checkpoint"]?.DeepClone()]
        where checkpoint is not null
        select new ClipCase(json, Path.Combine(Path.GetDirectoryName(json)!, (string)checkpoint!));

    public static IEnumerable<object[]> Cases() => All().Select(one => new object[] { one });

    /// <summary>Those in open_clip's layout.</summary>
    public static IEnumerable<object[]> OpenClipCases() => All()
        .Where(one => !File.Exists(Fixtures.Path(Path.GetDirectoryName(one.Checkpoint)!, TransformersConfig))).Select(one => new object[] { one });

    public static IEnumerable<object[]> Runs() => All().SelectMany(one => (object[][])[[one, ScalarType.Float32], [one, ScalarType.Float64]]);

    public JsonNode Facts => Fixtures.Json(Json);

    public RecordedTensors Recorded => new(Path.ChangeExtension(Json, ".safetensors"));

    public IReadOnlyList<string> Prompts => [.. Facts["prompts"]!.AsArray().Select(prompt => (string)prompt!)];

    public static ClipTokenizer Tokenizer => ClipTokenizer.Load(Fixtures.Path("tokenizers", "clip"), ClipTokenization.OpenClip);

    public ClipModel Load(ScalarType type)
    {
        using var file = WeightFile.Open(Fixtures.Path(Checkpoint));
        return new ClipModel(Config(), file, type);
    }

    public double Tolerance(ScalarType type) => type == ScalarType.Float64 ? Float64Tolerance : (double)Facts["tolerance"]!;

    /// <summary>The normalised pixels that the features were recorded on.</summary>
    public Tensor Pixels()
    {
        var pixels = Facts["pixels"]!;
        return FormulaWeights.InputTensor((string)pixels["formula_name"]!, [.. pixels["shape"]!.AsArray().Select(size => (long)size!)]);
    }

    public override string ToString() => Checkpoint;

    private ClipConfig Config()
    {
        string[] names = [TransformersConfig, "open_clip_config.json"];
        return names.Select(name => Fixtures.Path(Path.GetDirectoryName(Checkpoint)!, name)).FirstOrDefault(File.Exists) is { } file
            ? ClipConfig.Load(file)
            : ClipConfig.Parse(Facts["config"]!.AsObject());
    }
}
