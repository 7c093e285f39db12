using MaskUNet.Checkpoints;
using MaskUNet.Prompting.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Prompting.Clip;

public class ClipTextModelTests
{
    // The recorded truth is float64 rounded to float32, so a float64 model must come within half a unit of that.
    private const double Float64Tolerance = 1e-6;

    public static IEnumerable<object[]> Runs() => TextFixtures.Pipelines().SelectMany(pipeline =>
        (object[][])[[pipeline, ScalarType.Float32], [pipeline, ScalarType.Float64]]);

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Runs))]
    public void Every_hidden_state_is_the_recorded_one(string pipeline, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(TextFixtures.Weights(pipeline), type);
        var model = TextFixtures.Model(pipeline, weights);
        var (recorded, facts) = TextFixtures.Recorded(pipeline);
        var ids = recorded["input_ids"];

        var states = model.HiddenStates(ids);
        var final = model.Forward(ids);

        Check(final, "last_hidden_state");
        Check(model.Pool(final, ids), "pooler_output");
        foreach (var name in recorded.Names.Where(name => name.StartsWith("hidden_states/", StringComparison.Ordinal)))
        {
            Check(states[Number(name)], name);
        }

        foreach (var name in recorded.Names.Where(name => name.StartsWith("clip_skip/", StringComparison.Ordinal)))
        {
            Check(model.Forward(ids, Number(name)), name);
        }

        states.Should().HaveCount(recorded.Names.Count(name => name.StartsWith("hidden_states/", StringComparison.Ordinal)));

        void Check(Tensor ours, string name)
        {
            ours.dtype.Should().Be(type);
            ours.ShouldMatch(recorded[name], type == ScalarType.Float64 ? Float64Tolerance : (double)facts["outputs"]![name]!["rel_tolerance"]!, name);
        }
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(Runs))]
    public void The_gradient_reaches_the_token_table(string pipeline, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(TextFixtures.Weights(pipeline), type);
        var model = TextFixtures.Model(pipeline, weights);
        var (recorded, facts) = TextFixtures.Recorded(pipeline);
        var table = model.TokenTable.clone().requires_grad_();

        (model.Forward(recorded["input_ids"], tokenTable: table) * recorded["loss_weight"].to(type)).sum().backward();

        table.grad!.index_select(0, recorded["grad/rows"]).ShouldMatch(
            recorded["grad/token_embedding_rows"],
            type == ScalarType.Float64 ? Float64Tolerance : (double)facts["outputs"]!["grad/token_embedding_rows"]!["rel_tolerance"]!,
            "gradient");
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void A_forward_pass_on_another_device_leaves_no_tensor_on_the_CPU(string pipeline)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(new MetaWeights(), device: META);
        var model = TextFixtures.Model(pipeline, weights);
        var ids = zeros([2, model.Config.Positions], ScalarType.Int64, META);

        var hidden = model.Forward(ids);

        hidden.device_type.Should().Be(DeviceType.META);
        hidden.shape.Should().Equal(2, model.Config.Positions, model.Config.HiddenSize);
        model.Pool(hidden, ids).device_type.Should().Be(DeviceType.META);
    }

    [FixtureTheory("pipelines")]
    [MemberData(nameof(TextFixtures.PipelineCases), MemberType = typeof(TextFixtures))]
    public void A_forward_pass_leaves_only_its_result(string pipeline)
    {
        using var weights = new ModelWeights(TextFixtures.Weights(pipeline));
        var model = TextFixtures.Model(pipeline, weights);
        using var ids = zeros([1, model.Config.Positions], ScalarType.Int64);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var hidden = model.Forward(ids, clipSkip: 1))
        {
            DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before + 1);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [FixtureFact("pipelines")]
    public void The_pooled_row_is_the_first_end_or_for_old_configs_the_largest_id()
    {
        using var scope = NewDisposeScope();
        long[] row = [3, 7, 5, 7, 9];
        var ids = tensor(row, [1, row.Length]);
        var hidden = arange(row.Length, ScalarType.Float32).view(1, row.Length, 1);
        var config = new ClipTextConfig { HiddenSize = 1, Heads = 1, Layers = 0, VocabularySize = 10, Positions = row.Length };

        Pooled(config with { EndId = 7 }).Should().Be(1);
        Pooled(config with { EndId = 2 }).Should().Be(4);

        float Pooled(ClipTextConfig sizes)
        {
            using var weights = new ModelWeights(new FormulaWeights());
            return new ClipTextModel(weights.Root, sizes).Pool(hidden, ids).item<float>();
        }
    }

    private static int Number(string name) => int.Parse(name.AsSpan(name.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
