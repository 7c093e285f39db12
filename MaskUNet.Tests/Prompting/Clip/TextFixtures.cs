using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;

namespace MaskUNet.Tests.Prompting.Clip;

/// <summary>The recorded text encoders.</summary>
internal static class TextFixtures
{
    public static IEnumerable<string> Pipelines() => Fixtures.Has("pipelines")
        ? Directory.GetFiles(Fixtures.Path("pipelines"), "text_encoder.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Fixtures.Path("pipelines"), Path.GetDirectoryName(Path.GetDirectoryName(file))!)).Order()
        : [];

    public static IEnumerable<object[]> PipelineCases() => Pipelines().Select(pipeline => new object[] { pipeline });

    public static IWeightSource Weights(string pipeline) => new RecordedWeights("pipelines", pipeline, "text_encoder", "model.safetensors");

    public static ClipTextConfig Config(string pipeline) => ClipTextConfig.Load(Fixtures.Path("pipelines", pipeline, "text_encoder", "config.json"));

    public static ClipTextModel Model(string pipeline, ModelWeights weights) => new(weights.Root, Config(pipeline));

    public static (RecordedTensors Tensors, JsonNode Facts) Recorded(string pipeline) => (
        new RecordedTensors("pipelines", pipeline, "recordings", "text_encoder.safetensors"),
        Fixtures.Json("pipelines", pipeline, "recordings", "text_encoder.json"));
}
