using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Prompting.Clip;

/// <summary>Single modules at small or large inputs, where a wrong epsilon or GELU shows.</summary>
public class ClipModuleTests
{
    private const string Prefix = "text_encoder.";

    public static IEnumerable<object[]> Modules() =>
        from pipeline in TextFixtures.Pipelines()
        where Fixtures.Has(Path.Combine("pipelines", pipeline, "recordings", "sensitive.json"))
        from output in Fixtures.Json("pipelines", pipeline, "recordings", "sensitive.json")["outputs"]!.AsObject()
        where output.Key.StartsWith("output/" + Prefix, StringComparison.Ordinal)
        select new object[] { pipeline, output.Key["output/".Length..][Prefix.Length..] };

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Modules))]
    public void A_module_gives_the_recorded_output_at_sensitive_inputs(string pipeline, string module)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(TextFixtures.Weights(pipeline));
        var recorded = new RecordedTensors("pipelines", pipeline, "recordings", "sensitive.safetensors");
        var tolerance = (double)Fixtures.Json("pipelines", pipeline, "recordings", "sensitive.json")["outputs"]!["output/" + Prefix + module]!["rel_tolerance"]!;
        var place = module.Split('.').Aggregate(weights.Root, (place, part) => place[part]);

        var ours = Run(module, place, TextFixtures.Config(pipeline), recorded["input/" + Prefix + module]);

        ours.ShouldMatch(recorded["output/" + Prefix + module], tolerance, module);
    }

    private static Tensor Run(string module, WeightScope place, ClipTextConfig config, Tensor input) => module switch
    {
        _ when module.EndsWith(".mlp", StringComparison.Ordinal) => new ClipMlp(place, config.Shape).Forward(input),
        _ when module.Contains("layer_norm", StringComparison.Ordinal) => new LayerNorm(place, config.HiddenSize, config.LayerNormEps).Forward(input),
        _ => throw new NotSupportedException(module),
    };
}
