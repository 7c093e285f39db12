using System.Text.Json.Nodes;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

[LeavesNoTensors]
public class RandomMaskTests
{
    private const string Area = RecordedMaskModel.Area;

    public static IEnumerable<object[]> Cases => Fixtures.Has(Area)
        ? Fixtures.Json(Area, "random-mask.json")["cases"]!.AsObject().Select(pair => new object[] { pair.Key })
        : [];

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public void Masks_by_seed_are_the_recorded_ones_bit_for_bit_and_so_are_the_histograms(string name)
    {
        using var scope = NewDisposeScope();
        var (index, recorded) = Open(name);
        using var unet = RecordedMaskModel.UNet();
        using var masks = Generator(unet, name, index);
        var kept = masks.Targets.Layers.SelectMany(layer => masks.For(layer)!.data<bool>()).ToArray();
        if (recorded.Has(name + "/mask"))
        {
            kept.Should().Equal(RecordedMaskModel.Unpack(recorded[name + "/mask"], kept.Length));
        }

        kept.Count(keep => !keep).Should().Be((int)index["dropped"]!);

        var histogram = new WeightHistogram();
        foreach (var layer in masks.Targets.Layers)
        {
            histogram.Add(unet.Weights[layer.WeightName], masks.For(layer)!);
        }

        histogram.Removed.Should().Equal(index["removed"]!.AsArray().Select(count => (long)count!));
        histogram.Remaining.Should().Equal(index["remaining"]!.AsArray().Select(count => (long)count!));
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(Cases))]
    public void The_masked_output_is_the_recorded_one(string name)
    {
        using var scope = NewDisposeScope();
        var (index, recorded) = Open(name);
        var tolerance = (double)Fixtures.Json(Area, "random-mask.json")["float32_error"]!["tolerance"]!;
        using var unet = RecordedMaskModel.UNet();
        using var masks = Generator(unet, name, index);
        Predict(unet, masks).ShouldMatch(recorded[name + "/output"], tolerance, name);
    }

    [FixtureFact(Area)]
    public void A_ratio_of_zero_gives_the_plain_output_bit_for_bit_on_every_layer()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var masks = new RandomMaskGenerator(MaskTargets.All.Of(unet), ratio: 0, seed: 1, unet.Device);
        Predict(unet, masks).ShouldEqualBitForBit(Predict(unet, NoMasks.Instance), "ratio 0");
    }

    [FixtureFact(Area)]
    public void Only_the_smallest_weights_of_each_layer_are_zeroed_where_asked()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var targets = MaskTargets.All.Of(unet);
        using var all = new RandomMaskGenerator(unet, targets, ratio: 1, seed: 0, smallest: 0.2);
        using var half = new RandomMaskGenerator(unet, targets, ratio: 0.5, seed: 0, smallest: 0.2);
        foreach (var layer in targets.Layers)
        {
            var magnitudes = unet.Weight(layer).abs();
            var (zeroed, some) = (all.For(layer)!.logical_not(), half.For(layer)!.logical_not());

            zeroed.sum().item<long>().Should().BeInRange(layer.Count / 6, layer.Count / 5, layer.Name);
            magnitudes[zeroed].max().item<float>().Should().BeLessThan(magnitudes[all.For(layer)!].min().item<float>(), layer.Name);
            some.logical_and(all.For(layer)!).any().item<bool>().Should().BeFalse("only smallest ones are in question");
        }

        targets.Layers.Sum(layer => half.For(layer)!.logical_not().sum().item<long>()).Should().BeInRange(targets.WeightCount * 9 / 100, targets.WeightCount * 11 / 100);
    }

    [FixtureFact(Area)]
    public void All_weights_in_question_are_masked_as_without_the_question()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var targets = MaskTargets.DecoderAttention.Of(unet);
        using var plain = new RandomMaskGenerator(targets, ratio: 0.3, seed: 5, unet.Device);
        using var question = new RandomMaskGenerator(unet, targets, ratio: 0.3, seed: 5, smallest: 1);
        targets.Layers.Should().OnlyContain(layer => plain.For(layer)!.Equals(question.For(layer)!));
    }

    [FixtureFact(Area)]
    public void A_share_of_smallest_weights_out_of_range_is_refused()
    {
        var create = () => new RandomMasks(0.5, smallest: 1.5);
        create.Should().Throw<InvalidOptionException>().WithMessage("*1.5*");
    }

    [FixtureFact(Area)]
    public void One_mask_of_ones_a_sample_gives_the_plain_output_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        Predict(unet, new OnesPerSample(2)).ShouldEqualBitForBit(Predict(unet, NoMasks.Instance), "ones");
    }

    [FixtureFact(Area)]
    public void One_mask_a_sample_gives_what_each_sample_would_get_alone()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var targets = MaskTargets.DecoderAttention.Of(unet);
        using var first = new RandomMaskGenerator(targets, 0.2, seed: 1, unet.Device);
        using var second = new RandomMaskGenerator(targets, 0.2, seed: 2, unet.Device);
        var together = Predict(unet, new Stacked(first, second));
        together[0].ShouldMatch(Predict(unet, first)[0], 1e-5, "first sample");
        together[1].ShouldMatch(Predict(unet, second)[1], 1e-5, "second sample");
    }

    [FixtureFact(Area)]
    public void Masking_does_not_write_the_weights_and_the_same_seed_gives_the_same_mask_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var plain = Predict(unet, NoMasks.Instance);
        var targets = MaskTargets.DecoderAttention.Of(unet);
        using var masks = new RandomMaskGenerator(targets, 0.5, seed: 7, unet.Device);
        var masked = Predict(unet, masks);
        TensorComparison.RelativeError(masked, plain).Should().BeGreaterThan(0.01);
        Predict(unet, NoMasks.Instance).ShouldEqualBitForBit(plain, "the plain output after a masked one");

        var threads = get_num_threads();
        try
        {
            set_num_threads(threads == 1 ? 2 : 1);
            using var again = new RandomMaskGenerator(targets, 0.5, seed: 7, unet.Device);
            foreach (var layer in targets.Layers)
            {
                again.For(layer)!.ShouldEqualBitForBit(masks.For(layer)!, layer.Name);
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [FixtureFact(Area)]
    public void A_mask_of_the_wrong_shape_is_refused_with_the_layers_name()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var act = () => Predict(unet, new OnesPerSample(3));
        act.Should().Throw<InvalidOptionException>().WithMessage("The mask of up_blocks.*[3, 64, 64]*[2, 64, 64]*expected*");
    }

    [FixtureFact(Area)]
    public void A_mask_of_another_type_than_the_weights_is_refused_with_the_layers_name()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var act = () => Predict(unet, new OnesPerSample(2, float64));
        act.Should().Throw<InvalidOptionException>().WithMessage("The mask of up_blocks.* is of Float64; Bool or Float32*");
    }

    [Fact]
    public void A_draw_that_fails_leaves_no_mask_behind()
    {
        var targets = new MaskTargetSet("one good, one bad", [new("a", [2, 2], ""), new("b", null!, "")]);
        var before = Tensor.TotalCount;
        FluentActions.Invoking(() => new RandomMaskGenerator(targets, 0.1, 1, CPU)).Should().Throw<Exception>();
        Tensor.TotalCount.Should().Be(before);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_ratio_that_is_no_share_is_refused(double ratio)
    {
        var act = () => new RandomMasks(ratio);
        act.Should().Throw<InvalidOptionException>().WithMessage("*mask ratio*between 0 and 1*");
    }

    private static (JsonNode Index, RecordedTensors Tensors) Open(string name) =>
        (Fixtures.Json(Area, "random-mask.json")["cases"]![name]!, new RecordedTensors(Area, "random-mask.safetensors"));

    // The recording lists its weights in an order of its own; the rule draws in that order.
    private static RandomMaskGenerator Generator(UNet2DConditionModel unet, string name, JsonNode index)
    {
        var ordered = Fixtures.Json(Area, "random-mask.json")["weights"]![name[..name.LastIndexOf('/')]]! is JsonArray listed
            ? Listed(unet, listed)
            : unet.Layers.OrderBy(NamedModulesOrder).ToList();
        return new RandomMaskGenerator(new MaskTargetSet(name, ordered), (double)index["ratio"]!, (long)index["seed"]!, unet.Device);
    }

    private static List<MaskableLayer> Listed(UNet2DConditionModel unet, JsonArray weights)
    {
        var layers = unet.Layers.ToDictionary(layer => layer.WeightName);
        return [.. weights.Select(weight => layers[(string)weight!["name"]!])];
    }

    // PyTorch's named_modules() of diffusers' class: up blocks are registered before the middle, attentions before residual blocks.
    private static int NamedModulesOrder(MaskableLayer layer)
    {
        var parts = layer.Name.Split('.');
        var top = Array.IndexOf(["conv_in", "time_embedding", "down_blocks", "up_blocks", "mid_block", "conv_out"], parts[0]);
        var (block, inner) = parts[0] is "down_blocks" or "up_blocks" ? (int.Parse(parts[1]), parts[2]) : (0, parts[Math.Min(1, parts.Length - 1)]);
        return (top * 100) + (block * 10) + Array.IndexOf(["attentions", "resnets", "downsamplers", "upsamplers"], inner);
    }

    private static Tensor Predict(UNet2DConditionModel unet, IMaskGenerator masks)
    {
        using var frozen = no_grad();
        return unet.Decode(unet.Encode(RecordedMaskModel.Step0(), masks), masks);
    }

    private sealed class OnesPerSample(int batch, ScalarType type = ScalarType.Float32) : IMaskGenerator, ILayerMasks
    {
        public bool MasksEncoder => false;

        public ILayerMasks Begin(MaskedBlock block) => this;

        public Tensor? For(MaskableLayer layer) => layer.IsInDecoder && layer.Shape.Count == 2 ? ones([batch, .. layer.Shape], type) : null;
    }

    private sealed class Stacked(RandomMaskGenerator first, RandomMaskGenerator second) : IMaskGenerator, ILayerMasks
    {
        public bool MasksEncoder => false;

        public ILayerMasks Begin(MaskedBlock block) => this;

        public Tensor? For(MaskableLayer layer) => first.For(layer) is { } mask ? stack([mask, second.For(layer)!]) : null;
    }
}
