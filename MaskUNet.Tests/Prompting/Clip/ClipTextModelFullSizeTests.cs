using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Prompting.Clip;

[Trait("Category", "FullSize")]
public class ClipTextModelFullSizeTests
{
    public static IEnumerable<object[]> Cases() => Fixtures.Has("fullsize")
        ? Directory.GetFiles(Fixtures.Path("fullsize"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()
            .Where(name => ((string?)Fixtures.Json("fullsize", name + ".json")["class"])?.EndsWith("CLIPTextModel", StringComparison.Ordinal) == true)
            .Select(name => new object[] { name })
        : [];

    [FixtureTheory("fullsize")]
    [MemberData(nameof(Cases))]
    public void The_real_size_gives_the_recorded_values(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var facts = Fixtures.Json("fullsize", name + ".json");
        var recorded = new RecordedTensors("fullsize", name + ".safetensors");
        using var weights = new ModelWeights(new FormulaWeights());
        var model = new ClipTextModel(weights.Root, ClipTextConfig.Parse((JsonObject)facts["config"]!));
        var ids = recorded["ids"];

        var last = model.Forward(ids);

        weights.Tensors.Values.Sum(weight => weight.numel()).Should().Be((long)facts["parameters"]!);
        model.Pool(last, ids).ShouldMatch(recorded["pooler_output"], Tolerance("pooler_output"), "pooler_output");
        foreach (var key in recorded.Names.Where(key => key.Contains('/', StringComparison.Ordinal)))
        {
            var (output, row) = (key[..key.IndexOf('/', StringComparison.Ordinal)], int.Parse(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture));
            var ours = output switch
            {
                "last_hidden_state" => last,
                "penultimate_normed" => model.Forward(ids, clipSkip: 1),
                _ => throw new NotSupportedException(key),
            };
            ours[row].slice(-1, 0, long.MaxValue, (long)facts["channel_stride"]![key]!).ShouldMatch(recorded[key], Tolerance(output), key);
        }

        double Tolerance(string output) => (double)facts["tolerance"]![output]!;
    }
}
