using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

[LeavesNoTensors]
public sealed class PackedMaskTests : IDisposable
{
    private const string Area = RecordedMaskModel.Area;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(1000)]
    public void A_mask_takes_a_bit_a_weight_and_comes_back(int count)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var mask = rand([count], generator: generator).ge(0.3);
        var packed = PackedMask.Pack(mask);
        packed.Bits.Length.Should().Be((count + 7) / 8);
        packed.Kept.Should().Be(mask.sum().item<long>());
        packed.Unpack().ShouldEqualBitForBit(mask, "unpacked");
        PackedMask.Pack(mask.to(float32)).Bits.ToArray().Should().Equal(packed.Bits.ToArray());
        RecordedMaskModel.Unpack(tensor(packed.Bits.ToArray(), dtype: ScalarType.Byte), count).Should().Equal(mask.data<bool>(), "the layout is numpy's");
    }

    [Fact]
    public void Overlap_is_the_share_of_dropped_weights_that_both_drop()
    {
        Overlap([1, 0, 0, 1], [1, 0, 1, 0]).Should().BeApproximately(1.0 / 3, 1e-12);
        Overlap([1, 1, 1, 1], [1, 1, 1, 1]).Should().Be(1);
        Overlap([1, 1, 1, 0], [1, 1, 0, 1]).Should().Be(0);
        FluentActions.Invoking(() => Overlap([1], [1, 1])).Should().Throw<InvalidOptionException>().WithMessage("*shapes differ*");

        static double Overlap(int[] left, int[] right)
        {
            using var scope = NewDisposeScope();
            return PackedMask.Pack(tensor(left)).Overlap(PackedMask.Pack(tensor(right)));
        }
    }

    [FixtureFact(Area)]
    public void Masks_that_were_drawn_are_kept_in_a_file_and_give_the_same_prediction()
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.Create(unet, logit: 1);
        using var noise = new CounterMaskNoise(4);
        var drawn = new Dictionary<string, PackedMask>();
        var masks = new ObservedMasks(model.Masks(new GumbelSigmoid(), noise, 0), (layer, mask) => drawn[layer.Name] = PackedMask.Pack(mask));
        var features = unet.Encode(RecordedMaskModel.Step0(), NoMasks.Instance);
        var prediction = unet.Decode(features, masks);

        new PackedMasks(drawn).Save(folder["masks.safetensors"]);
        var kept = PackedMasks.Load(folder["masks.safetensors"]);
        kept.MasksEncoder.Should().BeFalse();
        kept.Masks.Keys.Should().BeEquivalentTo(model.Layers.Select(layer => layer.Name));
        unet.Decode(features, kept).ShouldEqualBitForBit(prediction, "under the masks of the file");
        new FileInfo(folder["masks.safetensors"]).Length.Should().BeLessThan((drawn.Values.Sum(mask => mask.Count) / 8) + 40_000);
        new PackedMasks(new Dictionary<string, PackedMask> { ["mid_block.attentions.0.proj_in"] = drawn.Values.First() }).MasksEncoder.Should().BeTrue();
    }

    [Fact]
    public void Files_and_bits_that_are_no_packed_masks_are_refused()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder["other.safetensors"], new Dictionary<string, Tensor> { ["a"] = zeros(3) });
        FluentActions.Invoking(() => PackedMasks.Load(folder["other.safetensors"])).Should().Throw<CheckpointException>().WithMessage("*'a' in*no packed mask*");
        FluentActions.Invoking(() => PackedMask.Of([3, 3], [1])).Should().Throw<InvalidOptionException>().WithMessage("*[3, 3]*1 bytes*");
        FluentActions.Invoking(() => PackedMask.Of([-8, -1], [1])).Should().Throw<InvalidOptionException>();
    }

    [Fact]
    public void Statistics_count_by_layer_step_and_sample_and_compare_with_the_step_before()
    {
        using var scope = NewDisposeScope();
        var statistics = new MaskStatistics();
        MaskableLayer shared = new("shared", [2, 2], "up_blocks.0"), own = new("own", [1, 4], "up_blocks.0");
        statistics.Add(0, shared, tensor(new[] { 1, 1, 1, 0 }).reshape(2, 2));
        statistics.Add(1, shared, tensor(new[] { 1, 1, 0, 0 }).reshape(2, 2)); // one of two dropped weights was dropped before
        statistics.Add(1, shared, tensor(new[] { 1, 1, 1, 0 }).reshape(2, 2)); // another evaluation of the same step
        statistics.Add(1, own, tensor(new[] { 1, 1, 1, 1, 0, 0, 0, 1 }).reshape(2, 1, 4));
        statistics.KeptByLayer.Should().BeEquivalentTo(new Dictionary<string, double> { ["shared"] = 8.0 / 12, ["own"] = 5.0 / 8 });
        statistics.KeptByStep[0].Should().Be(0.75);
        statistics.KeptBySample.Should().BeEquivalentTo(new Dictionary<int, double> { [0] = 12.0 / 16, [1] = 0.25 });
        statistics.OverlapByStep.Should().BeEquivalentTo(new Dictionary<int, double> { [1] = 0.75 });
        statistics.Shares.Should().HaveCount(5);
    }
}
