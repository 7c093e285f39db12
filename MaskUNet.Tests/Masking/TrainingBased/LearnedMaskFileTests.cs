using System.Text.Json.Nodes;
using MaskUNet.Checkpoints;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingBased;

[LeavesNoTensors]
public sealed class LearnedMaskFileTests : IDisposable
{
    private const string Area = RecordedLearnedMasks.Area;

    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> AdapterFiles => Fixtures.Has(Area)
        ? Directory.GetFiles(Fixtures.Path(Area, "released"), "adapters*.pth").Select(path => new object[] { Path.GetFileName(path) })
        : [];

    public void Dispose() => folder.Dispose();

    [FixtureFact(Area)]
    public void Keys_and_shapes_at_full_size_are_the_recorded_ones()
    {
        using var scope = NewDisposeScope();
        using var unet = new UNet2DConditionModel(new UNet2DConditionConfig { CrossAttentionDim = 768 }, new MetaWeights());
        using var model = LearnedMaskModel.Build(new LearnedMaskConfig(), MaskTargets.DecoderAttention.Of(unet).Layers, new MetaWeights(), unet);
        var recorded = Fixtures.Json(Area, "keys-sd15.json");
        foreach (var part in new[] { "mask_generators", "adapters" })
        {
            var ours = model.Weights.Where(weight => weight.Key.StartsWith(part + ".", StringComparison.Ordinal)).ToList();
            ours.Select(weight => $"{weight.Key[(part.Length + 1)..]} {Text(weight.Value.shape)}").Should().BeEquivalentTo(
                recorded[part]!.AsObject().Select(entry => $"{entry.Key} {Text(entry.Value!.AsArray().Select(size => (long)size!))}"));
            ours.Sum(weight => weight.Value.numel()).Should().Be((long)recorded["totals"]![part]!);
        }
    }

    [FixtureTheory(Area)]
    [MemberData(nameof(AdapterFiles))]
    public void Released_files_of_every_layout_hold_the_recorded_values(string adapters)
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using var model = LearnedMaskModel.LoadReleased(RecordedLearnedMasks.Released("mask_generators.pth"), RecordedLearnedMasks.Released(adapters), unet);
        using var file = WeightFile.Open(RecordedLearnedMasks.Released(adapters));
        var tolerance = file.Entries.Values.Any(entry => entry.StoredType == StoredType.F16) ? 1e-3 : 1e-6;
        model.Layers.Should().HaveCount(file.Entries.Count / 4, "an adapter has four tensors");
        CheckContents(model, tolerance, model.Weights.Keys);
    }

    [FixtureFact(Area)]
    public void What_is_written_as_the_released_code_does_has_its_keys_and_comes_back()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        using (var model = RecordedLearnedMasks.Model(unet))
        {
            model.SaveReleased(folder.Path);
        }

        foreach (var name in new[] { "mask_generators.pth", "adapters.pth" })
        {
            using var ours = new PyTorchFile(folder[name]);
            using var released = new PyTorchFile(RecordedLearnedMasks.Released(name));
            ours.Entries.Values.Should().BeEquivalentTo(released.Entries.Values);
        }

        folder.Files.Should().BeEquivalentTo("mask_generators.pth", "adapters.pth");
        using var again = LearnedMaskModel.LoadReleased(folder["mask_generators.pth"], folder["adapters.pth"], unet);
        CheckContents(again, 1e-6, Fixtures.Json(Area, "released", "contents.json")["tensors"]!.AsObject().Select(entry => entry.Key));
    }

    [FixtureFact(Area)]
    public void Our_own_file_brings_back_weights_sizes_layers_and_toggles()
    {
        using var scope = NewDisposeScope();
        using var unet = RecordedMaskModel.UNet();
        var config = new LearnedMaskConfig { Factor = 8, HiddenChannels = 5, UsesSample = false };
        using var model = LearnedMaskModel.Create(unet, config, MaskTargets.Attention.InBlocks("up_blocks.2") + MaskTargets.FeedForward.InBlocks("up_blocks.3"), seed: 5);
        model.Save(folder["masks.safetensors"]);
        using var again = LearnedMaskModel.Load(folder["masks.safetensors"], unet);
        again.Config.Should().Be(config);
        again.Layers.Should().Equal(model.Layers);
        again.Weights.Keys.Should().BeEquivalentTo(model.Weights.Keys);
        foreach (var (name, weight) in model.Weights)
        {
            again.Weights[name].ShouldEqualBitForBit(weight, name);
        }

        model.Save(folder["half.safetensors"], ScalarType.Float16);
        new FileInfo(folder["half.safetensors"]).Length.Should().BeLessThan(new FileInfo(folder["masks.safetensors"]).Length);
        folder.Files.Should().BeEquivalentTo("masks.safetensors", "half.safetensors");
    }

    [FixtureFact(Area)]
    public void Masks_of_another_U_Net_are_refused_in_words()
    {
        using var unet = RecordedMaskModel.UNet();
        using var full = new UNet2DConditionModel(new UNet2DConditionConfig { CrossAttentionDim = 768 }, new MetaWeights());
        using var other = new UNet2DConditionModel(Training.TinyModels.UNetConfig, new MetaWeights());
        using (var model = LearnedMaskModel.Create(unet))
        {
            model.Save(folder["masks.safetensors"]);
        }

        FluentActions.Invoking(() => LearnedMaskModel.Load(folder["masks.safetensors"], other)).Should().Throw<CheckpointException>()
            .WithMessage("*masks.safetensors*another U-Net*up_blocks*");
        FluentActions.Invoking(() => LearnedMaskModel.Load(folder["masks.safetensors"], full)).Should().Throw<CheckpointException>()
            .WithMessage("*masks.safetensors does not fit learned masks of this U-Net*of another shape*");
        FluentActions.Invoking(() => RecordedLearnedMasks.Model(other)).Should().Throw<CheckpointException>();
    }

    [FixtureFact(Area)]
    public void Other_files_are_refused_in_words()
    {
        using var unet = RecordedMaskModel.UNet();
        var weights = Fixtures.Path(Area, "model", "unet", "diffusion_pytorch_model.safetensors");
        FluentActions.Invoking(() => LearnedMaskModel.Load(weights, unet)).Should().Throw<CheckpointException>().WithMessage("*holds no learned masks*LoadReleased*");
        FluentActions.Invoking(() => LearnedMaskModel.Load(folder["none.safetensors"], unet)).Should().Throw<CheckpointException>().WithMessage("*none.safetensors*");
        FluentActions.Invoking(() => LearnedMaskModel.LoadReleased(RecordedLearnedMasks.Released("adapters.pth"), RecordedLearnedMasks.Released("mask_generators.pth"), unet))
            .Should().Throw<CheckpointException>().WithMessage("*in this order*");
        FluentActions.Invoking(() => LearnedMaskModel.LoadReleased(RecordedLearnedMasks.Released("mask_generators.pth"), weights, unet)).Should().Throw<CheckpointException>();
        SafetensorsWriter.Write(folder["odd.safetensors"], new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["maskunet.learned_masks"] = "[" });
        FluentActions.Invoking(() => LearnedMaskModel.Load(folder["odd.safetensors"], unet)).Should().Throw<CheckpointException>().WithMessage("*does not say what masks*");
        using var model = LearnedMaskModel.Create(unet);
        FluentActions.Invoking(() => model.Save(folder["no", "such.safetensors"])).Should().Throw<CheckpointException>();
        FluentActions.Invoking(() => model.SaveReleased(folder["no"])).Should().Throw<CheckpointException>();
    }

    [FixtureFact(Area)]
    public void Sizes_and_targets_that_cannot_be_are_refused_in_words()
    {
        using var unet = RecordedMaskModel.UNet();
        Refused(new LearnedMaskConfig { Factor = 0, HiddenChannels = 0, UsesTimestep = false, UsesSample = false }).WithMessage("*Factor*HiddenChannels*UsesSample*");
        Refused(new LearnedMaskConfig { Factor = 1000 }).WithMessage("Factor is 1000*channels*");
        Refused(new LearnedMaskConfig(), MaskTargets.All).WithMessage("*only linear layers of the up blocks*");
        Refused(new LearnedMaskConfig(), MaskTargets.Convolutions.InDecoder()).WithMessage("*only linear layers of the up blocks*");

        FluentAssertions.Specialized.ExceptionAssertions<InvalidOptionException> Refused(LearnedMaskConfig config, MaskTargets? targets = null) =>
            FluentActions.Invoking(() => LearnedMaskModel.Create(unet, config, targets)).Should().Throw<InvalidOptionException>();
    }

    private static void CheckContents(LearnedMaskModel model, double tolerance, IEnumerable<string> names)
    {
        var recorded = Fixtures.Json(Area, "released", "contents.json")["tensors"]!;
        foreach (var name in names)
        {
            using var scope = NewDisposeScope();
            var (truth, ours) = (recorded[name]!, model.Weights[name]);
            ours.shape.Should().Equal(truth["shape"]!.AsArray().Select(size => (long)size!), name);
            var values = ours.contiguous().flatten().to(float64);
            var norm = (double)truth["norm"]!;
            foreach (var (first, i) in truth["first"]!.AsArray().Select((first, i) => ((double)first!, i)))
            {
                values[i].item<double>().Should().BeApproximately(first, tolerance * Math.Max(1, Math.Abs(first)), name);
            }

            values.norm().item<double>().Should().BeApproximately(norm, tolerance * Math.Max(1, norm), name);
            values.sum().item<double>().Should().BeApproximately((double)truth["sum"]!, tolerance * Math.Max(1, norm) * Math.Sqrt(values.numel()), name);
        }
    }

    private static string Text(IEnumerable<long> shape) => string.Join('x', shape);
}
