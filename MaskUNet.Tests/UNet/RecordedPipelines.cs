using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Tests.UNet;

/// <summary>The tiny pipelines of the fixtures: every folder of <c>pipelines/</c> that has recordings.</summary>
public static class RecordedPipelines
{
    public const string Area = "pipelines";

    public static IEnumerable<string> Names => Fixtures.Has(Area)
        ? Directory.GetDirectories(Fixtures.Path(Area)).Where(folder => Directory.Exists(System.IO.Path.Combine(folder, "recordings"))).Select(folder => System.IO.Path.GetFileName(folder)).Order()
        : [];

    /// <summary>The recordings of all pipelines whose names begin so.</summary>
    public static IEnumerable<object[]> Recordings(string prefix) =>
        from pipeline in Names
        from file in Directory.GetFiles(Fixtures.Path(Area, pipeline, "recordings"), $"{prefix}*.json").Order()
        select new object[] { pipeline, System.IO.Path.GetFileNameWithoutExtension(file) };

    public static (JsonNode Index, RecordedTensors Tensors) Open(string pipeline, string recording) =>
        (Fixtures.Json(Area, pipeline, "recordings", recording + ".json"), new RecordedTensors(Area, pipeline, "recordings", recording + ".safetensors"));

    public static UNet2DConditionModel UNet(string pipeline, ScalarType dataType = ScalarType.Float32, Device? device = null)
    {
        var config = UNet2DConditionConfig.Parse(Fixtures.Json(Area, pipeline, "unet", "config.json").AsObject(), pipeline);
        IWeightSource source = device?.type == TorchSharp.DeviceType.META
            ? new MetaWeights()
            : new RecordedWeights(Area, pipeline, "unet", "diffusion_pytorch_model.safetensors");
        return new UNet2DConditionModel(config, source, dataType, device);
    }

    public static double Tolerance(JsonNode index, string output) => (double)index["outputs"]![output]!["rel_tolerance"]!;
}
