using System.Globalization;
using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingBased;

[LeavesNoTensors]
public class MaskGeneratorTests
{
    private const string Area = RecordedLearnedMasks.Area;
    private const int Batch = 2;
    private const int Side = 8; // of the feature maps that are not stored

    private static readonly Lazy<RecordedTensors> Recorded = new(() => new RecordedTensors(Area, "generator.safetensors"));
    private static readonly Lazy<JsonNode> Index = new(() => Fixtures.Json(Area, "generator.json"));

    public static IEnumerable<object[]> Cases => Fixtures.Has(Area) ? Index.Value["cases"]!.AsObject().Select(entry => new object[] { entry.Key }) : [];

    public static IEnumerable<object[]> Initialisations => Fixtures.Has(Area) ? Index.Value["released_initialisation"]!.AsObject().Select(entry => new object[] { int.Parse(entry.Key) }) : [];

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public void Logits_and_all_gradients_are_the_recorded_ones(string name)
    {
        using var scope = NewDisposeScope();
        using var parts = Parts.Open(name);
        var (hidden, skip, time) = Inputs(name, parts);
        foreach (var weight in parts.Weights.Values)
        {
            weight.requires_grad_();
        }

        var z = parts.Generator.Forward(hidden, skip, time);
        z.ShouldMatchRecorded(Recorded.Value, Index.Value, name + "/z", Tolerance);
        var losses = new List<Tensor>();
        foreach (var layer in parts.Block.Layers)
        {
            var key = MaskGeneratorLayout.AdapterName(layer);
            var logits = parts.Adapters[layer.Name].Logits(z);
            logits.ShouldMatchRecorded(Recorded.Value, Index.Value, $"{name}/logits/{key}", Tolerance);
            losses.Add((Formula($"{name}/cotangent/{key}", logits.shape) * logits).mean([1, 2]).sum());
        }

        losses.Should().NotBeEmpty();
        var loss = stack(losses).sum();
        loss.item<float>().Should().BeApproximately((float)Index.Value["cases"]![name]!["loss"]!, 1e-5f);
        loss.backward();
        foreach (var (key, weight) in parts.Weights)
        {
            var recorded = key.Replace($"mask_generators.{parts.Number}.", "generator.", StringComparison.Ordinal).Replace($"adapters.{parts.Number}.", "adapters.", StringComparison.Ordinal);
            weight.grad!.ShouldMatchRecorded(Recorded.Value, Index.Value, $"{name}/grad/{recorded}", Tolerance);
        }
    }

    [FixtureFact(Area)]
    public void A_block_without_masked_layers_has_a_generator_all_the_same()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var model = RecordedLearnedMasks.Model(unet);
        var blocks = Enumerable.Range(0, model.Layout.Blocks.Count).Where(block => model.Layout.Blocks[block].Layers.Count == 0 && Recorded.Value.Has($"tiny/{block}/z")).ToList();
        blocks.Should().NotBeEmpty();
        foreach (var block in blocks)
        {
            model.Generate(block, Recorded.Value[$"tiny/{block}/hidden"], Recorded.Value[$"tiny/{block}/skip"], Recorded.Value[$"tiny/{block}/temb"])
                .ShouldMatch(Recorded.Value[$"tiny/{block}/z"], Tolerance, $"z of block {block}");
            model.Trained.Keys.Should().NotContain(key => key.StartsWith($"mask_generators.{block}.", StringComparison.Ordinal), "what never runs is not trained");
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Initialisations))]
    public void The_released_initialisation_is_dead_but_for_the_adapters_last_layer(int block)
    {
        using var scope = NewDisposeScope();
        var recorded = Index.Value["released_initialisation"]![block.ToString(CultureInfo.InvariantCulture)]!["parameters_with_a_gradient_on_the_first_step"]!.AsArray().Select(name => (string)name!).ToList();
        var (z, logits, alive) = FirstStep(MaskInitialization.Released, block);
        z.count_nonzero().item<long>().Should().Be(0);
        logits.Should().AllSatisfy(values => values.eq(5).all().item<bool>().Should().BeTrue());
        alive.Should().NotBeEmpty().And.OnlyContain(name => recorded.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)));
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Initialisations))]
    public void The_live_initialisation_gives_every_parameter_a_gradient_and_keeps_nearly_all_weights(int block)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.Create(unet);
        var (z, logits, alive) = FirstStep(MaskInitialization.Live, block);
        (z[0] - z[1]).abs().max().item<float>().Should().BeGreaterThan(0, "another sample gives other masks");
        logits.Should().AllSatisfy(values => (values - 5).abs().max().item<float>().Should().BeInRange(1e-6f, 0.5f));
        alive.Should().BeEquivalentTo(model.Trained.Keys.Where(name => LearnedMaskModel.BlockOf(name) == block));
    }

    [Theory]
    [InlineData(12, 3, 40, 6)] // rows are cheaper first here,
    [InlineData(12, 12, 40, 6)]
    [InlineData(16, 4, 16, 12)] // and columns here
    public void The_two_matrix_products_give_the_same_in_either_order_and_the_cheaper_one_is_taken(int outer, int rows, int inner, int columns)
    {
        using var scope = NewDisposeScope();
        using var weights = new ModelWeights(new FormulaWeights(), float64);
        var adapter = new MaskAdapter(weights.Root, rows, columns, [outer, inner]);
        var z = FormulaWeights.InputTensor("z", 2, rows, columns).to(float64);
        adapter.ByColumns(z[1]).ShouldMatch(adapter.RowLogits(adapter.Widen(z)[1]), 1e-12, "either order");
        adapter.ColumnsFirst.Should().Be((rows * columns * inner) + (outer * rows * inner) < (outer * rows * columns) + (outer * columns * inner));
    }

    [FixtureTheory(Area)]
    [InlineData(5, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(1.2, 0, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(5, 0.05, 100)]
    [InlineData(5, 0.3, 100)]
    [InlineData(5, 0.9, 100)]
    [InlineData(5, 0.3, double.NaN)]
    public void Logits_that_no_random_number_asks_for_are_left_out_and_no_mask_changes(double logit, double share, double bias)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.Create(unet, logit: logit, seed: 3);
        var number = model.Layout.Blocks.ToList().FindIndex(one => one.Layers.Count > 0);
        var (block, name) = (model.Layout.Blocks[number], $"tiny/{number}");
        var (hidden, skip, time) = (Recorded.Value[name + "/hidden"], Recorded.Value[name + "/skip"], Recorded.Value[name + "/temb"]);
        foreach (var (_, rows) in model.Weights.Where(weight => weight.Key.EndsWith("conv_in.bias", StringComparison.Ordinal)))
        {
            // Rows here and there whose logits go far up and down.
            rows.masked_fill_((arange(rows.shape[0]) * 7 % 20).lt(20 * share), bias);
        }

        var z = model.Generate(number, hidden, skip, time);
        using var noise = new CounterMaskNoise(5, 6);
        var drawn = model.Masks(new(), noise, evaluation: 4).Begin(new MaskedBlock($"up_blocks.{number}", block.Layers, hidden, skip, time));
        foreach (var layer in block.Layers)
        {
            var (adapter, logits) = (model.AdapterOf(layer)!, model.AdapterOf(layer)!.Logits(z));
            var lowest = logits.amin(2);
            if (!double.IsNaN(bias))
            {
                (lowest - adapter.Bounds().OfWidened(adapter.Widen(z))).min().item<float>().Should().BeGreaterThan(-1e-3f, "or weights in doubt would be missed");
                (lowest - adapter.Bounds().Of(z)).min().item<float>().Should().BeGreaterThan(-1e-3f);
            }

            if (share == 0 && logit > 1)
            {
                var doubt = new GumbelSigmoid().Doubt(adapter.Bounds().OfWidened(adapter.Widen(z)));
                doubt.mean().item<float>().Should().BeLessThan(0.1f, "or nothing could be left out");
            }

            var expected = new GumbelSigmoid().Draw(logits, noise, new MaskDraw(4, layer.Name));
            drawn.For(layer)!.ne(expected).sum().item<long>().Should().BeLessThan(3, $"only rounding at the bound may differ in {layer.Name}");
            expected.all().item<bool>().Should().Be(logit == 5 && share == 0, layer.Name);
        }
    }

    private static double Tolerance => (double)Index.Value["float32_error"]!["tolerance"]!;

    private static string Tag => (string)Index.Value["tag"]!;

    private static Tensor Formula(string name, params long[] shape) => FormulaWeights.InputTensor($"{Tag}/{name}", shape);

    private static (Tensor Hidden, Tensor Skip, Tensor Time) Inputs(string name, Parts parts)
    {
        if (Recorded.Value.Has(name + "/hidden"))
        {
            return (Recorded.Value[name + "/hidden"], Recorded.Value[name + "/skip"], Recorded.Value[name + "/temb"]);
        }

        return (Map("hidden", parts.Block.InChannels - parts.SkipChannels), Map("skip", parts.SkipChannels), Formula(name + "/temb", Batch, parts.TimeChannels));

        Tensor Map(string what, long channels) =>
            Formula($"{name}/{what}", Batch, channels, Side, Side) + Formula($"{name}/{what}/offset", Batch, channels, 1, 1);
    }

    // A first step on a loss that every logit takes part in.
    private static (Tensor Z, IReadOnlyList<Tensor> Logits, IReadOnlyList<string> WithGradient) FirstStep(MaskInitialization initialization, int block)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.Create(unet, initialization: initialization, seed: 3);
        foreach (var weight in model.Trained.Values)
        {
            weight.requires_grad_();
        }

        var name = $"tiny/{block}";
        var z = model.Generate(block, Recorded.Value[name + "/hidden"], Recorded.Value[name + "/skip"], Recorded.Value[name + "/temb"]);
        var logits = model.Layout.Blocks[block].Layers.Select(layer => model.AdapterOf(layer)!.Logits(z)).ToList();
        stack(logits.Select((values, i) => (values * Formula($"first/{i}", values.shape)).sum())).sum().backward();
        var alive = model.Trained.Where(weight => weight.Value.grad is { } gradient && gradient.count_nonzero().item<long>() > 0).Select(weight => weight.Key).ToList();
        return (z.detach().MoveToOuterDisposeScope(), [.. logits.Select(values => values.detach().MoveToOuterDisposeScope())], alive);
    }

    /// <summary>One block's generator and adapters.</summary>
    private sealed record Parts(
        int Number, MaskGeneratorBlock Block, long SkipChannels, long TimeChannels, MaskGenerator Generator, IReadOnlyDictionary<string, MaskAdapter> Adapters,
        IReadOnlyDictionary<string, Tensor> Weights, IReadOnlyList<IDisposable> Owned) : IDisposable
    {
        /// <summary>tiny/1: the released files; sd15/3: formula weights at full size.</summary>
        public static Parts Open(string name)
        {
            var number = int.Parse(name.Split('/')[1], CultureInfo.InvariantCulture);
            var isTiny = Fixtures.Json(Area, "generator.json")[name.Split('/')[0]] is null;
            using var unet = isTiny ? RecordedMaskModel.UNet() : new UNet2DConditionModel(new UNet2DConditionConfig { CrossAttentionDim = 768 }, new MetaWeights());
            var layout = MaskGeneratorLayout.Of(unet, MaskTargets.DecoderAttention.Of(unet).Layers);
            var block = layout.Blocks[number];
            var released = isTiny ? RecordedLearnedMasks.Model(unet) : null;
            var source = released is null ? (IWeightSource)new FormulaWeights() : new Held(released.Weights);
            var weights = new ModelWeights(source);
            var config = new LearnedMaskConfig();
            var generator = new MaskGenerator(weights.Root["mask_generators"][number], config, block, layout.TimeChannels);
            var adapters = block.Layers.ToDictionary(
                layer => layer.Name,
                layer => new MaskAdapter(weights.Root["adapters"][number][MaskGeneratorLayout.AdapterName(layer)], block.OutChannels / config.Factor, block.InChannels / config.Factor, layer.Shape));
            // The skip that a block takes first has the channels of the encoder's block across from it.
            var skip = unet.Layers.First(layer => layer.Name == $"down_blocks.{layout.Blocks.Count - 1 - number}.resnets.0.conv1").Shape[0];
            return new Parts(number, block, skip, layout.TimeChannels, generator, adapters, weights.Tensors, released is null ? [weights] : [weights, released]);
        }

        public void Dispose()
        {
            foreach (var owned in Owned)
            {
                owned.Dispose();
            }
        }
    }

    private sealed class Held(IReadOnlyDictionary<string, Tensor> tensors) : IWeightSource
    {
        public string Name => "the released files";

        public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

        public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => tensors[name].to(dataType, copy: true);
    }
}
