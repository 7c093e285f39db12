using System.Text.Json.Nodes;
using MaskUNet.Latents;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Latents;

/// <summary>The autoencoders of the fixtures' pipelines and what the reference answered with them.</summary>
internal static class VaeFixtures
{
    public const string Area = "pipelines";

    /// <summary>Pipelines that have a recording of that name.</summary>
    public static IEnumerable<string> Pipelines(string recording) => !Fixtures.Has(Area) ? [] : Directory
        .EnumerateDirectories(Fixtures.Path(Area))
        .Where(folder => File.Exists(Path.Combine(folder, "recordings", recording + ".json")))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal);

    public static JsonObject Outputs(string pipeline, string recording) =>
        Fixtures.Json(Area, pipeline, "recordings", recording + ".json")["outputs"]!.AsObject();

    public static RecordedTensors Recording(string pipeline, string recording) =>
        new(Area, pipeline, "recordings", recording + ".safetensors");

    public static AutoencoderKLConfig Config(string pipeline) => AutoencoderKLConfig.Load(Fixtures.Path(Area, pipeline, "vae", "config.json"));

    public static RecordedWeights Weights(string pipeline)
    {
        var file = Directory.EnumerateFiles(Fixtures.Path(Area, pipeline, "vae"), "*.safetensors").Single();
        return new RecordedWeights(Area, pipeline, "vae", Path.GetFileName(file));
    }

    public static AutoencoderKL Load(string pipeline, ScalarType dataType = ScalarType.Float32) =>
        new(Config(pipeline), Weights(pipeline), dataType);
}
