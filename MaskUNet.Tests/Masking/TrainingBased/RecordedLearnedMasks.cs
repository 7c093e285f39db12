using System.Text.Json.Nodes;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingBased;

/// <summary>The recorded masks of the training-based method: the released files, and what a pass through the tiny model gave.</summary>
internal static class RecordedLearnedMasks
{
    public const string Area = RecordedMaskModel.Area;

    public static string Released(string file) => Fixtures.Path(Area, "released", file);

    public static LearnedMaskModel Model(IMaskedUNet unet, bool usesTimestep = true, bool usesSample = true) =>
        LearnedMaskModel.LoadReleased(Released("mask_generators.pth"), Released("adapters.pth"), unet, usesTimestep, usesSample);

    /// <summary>The fixtures' name of a layer: <c>1.attentions_0_transformer_blocks_0_attn1_to_q</c>.</summary>
    public static string Key(MaskableLayer layer) => $"{layer.Block.Split('.')[^1]}.{MaskGeneratorLayout.AdapterName(layer)}";

    public static UNetInput Input(RecordedTensors file, string prefix, ScalarType dataType) => new(
        file[prefix + "sample"].to(dataType), file[prefix + "timesteps"], file[prefix + "text"].to(dataType));

    /// <summary>The masks of a pass, whose inputs, logits and bits are compared with the recorded ones on the way.</summary>
    internal sealed class Compared(LearnedMaskModel model, IMaskGenerator masks, RecordedTensors file, JsonNode index, string prefix, double tolerance)
        : IMaskGenerator
    {
        public int Layers { get; private set; }

        public bool MasksEncoder => masks.MasksEncoder;

        public ILayerMasks Begin(MaskedBlock block)
        {
            var z = file.Has($"{prefix}z/{block.Name.Split('.')[^1]}")
                ? model.Generate(int.Parse(block.Name.Split('.')[^1]), block.Hidden!, block.Skip!, block.TimeEmbedding!)
                : null;
            z?.ShouldMatchRecorded(file, index, $"{prefix}z/{block.Name.Split('.')[^1]}", tolerance);
            return new ComparedLayers(this, masks.Begin(block), z);
        }

        private void Compare(MaskableLayer layer, Tensor z, Tensor mask)
        {
            using var scope = NewDisposeScope();
            var key = Key(layer);
            model.AdapterOf(layer)!.Logits(z).ShouldMatchRecorded(file, index, $"{prefix}logits/{key}", tolerance);
            mask.shape.Should().Equal(index["packed"]![$"{prefix}mask/{key}"]!.AsArray().Select(size => (long)size!));
            mask.to(ScalarType.Bool).data<bool>().Should().Equal(RecordedMaskModel.Unpack(file[$"{prefix}mask/{key}"], mask.numel()), key);
            Layers++;
        }

        private sealed class ComparedLayers(Compared owner, ILayerMasks inner, Tensor? z) : ILayerMasks
        {
            public Tensor? For(MaskableLayer layer)
            {
                var mask = inner.For(layer);
                if (mask is not null)
                {
                    owner.Compare(layer, z!, mask);
                }

                return mask;
            }
        }
    }
}
