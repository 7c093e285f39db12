using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Rewards.Clip;

/// <summary>A recorded CLIP model of the rewards area: a JSON file and one of the checkpoints that it names.</summary>
public sealed record ClipCase(string Json, string Checkpoint)
{
    private const string Area = "rewards";

    // The recorded truth is float64 rounded to float32, so a float64 model must come within this.
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<ClipCase> All() => Fixtures.Has(Area)
        ? from file in Directory.GetFiles(Fixtures.Path(Area), "*.json", SearchOption.AllDirectories).Order()
          let json = Path.GetRelativePath(Fixtures.Root, file)
          let facts = Fixtures.Json(json) as JsonObject
          where facts?["cosine"] is not null
          from checkpoint in facts["checkpoints"]?.AsArray() ?? [facts["checkpoint"]?.DeepClone()]
          where checkpoint is not null
          select new ClipCase(json, Path.Combine(Path.GetDirectoryName(json)!, (string)checkpoint!))
        : [];

    /// <summary>The models in the layout of transformers.</summary>
    public static IEnumerable<ClipCase> Transformers() => All().Where(one => File.Exists(Fixtures.Path(one.TransformersConfig)));

    public JsonNode Facts => Fixtures.Json(Json);

    public RecordedTensors Recorded => new(Path.ChangeExtension(Json, ".safetensors"));

    private string TransformersConfig => Path.Combine(Path.GetDirectoryName(Checkpoint)!, "config.json");

    public ClipModel Load(ScalarType type) => new(ClipConfig.Load(Fixtures.Path(TransformersConfig)), new RecordedWeights(Checkpoint), type);

    public double Tolerance(ScalarType type) => type == ScalarType.Float64 ? Float64Tolerance : (double)Facts["tolerance"]!;

    /// <summary>The normalised pixels that the features were recorded on.</summary>
    public Tensor Pixels()
    {
        var pixels = Facts["pixels"]!;
        return FormulaWeights.InputTensor((string)pixels["formula_name"]!, [.. pixels["shape"]!.AsArray().Select(size => (long)size!)]);
    }

    /// <summary>The part of a gradient that was recorded, as <c>[:, :, ::7, ::7]</c> describes it; all of it where nothing does.</summary>
    public Tensor Slice(Tensor gradient)
    {
        var slices = ((string?)Facts["grad_slice"])?.Trim('[', ']').Split(',') ?? [];
        return gradient[[.. slices.Select(slice => slice.Split(':') is [.., { Length: > 0 } step]
            ? TensorIndex.Slice(step: long.Parse(step, System.Globalization.CultureInfo.InvariantCulture))
            : TensorIndex.Slice()), TensorIndex.Ellipsis]];
    }

    public override string ToString() => Checkpoint;
}
