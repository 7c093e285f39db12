using MaskUNet.Benchmarks.Harness;
using MaskUNet.Checkpoints;
using MaskUNet.Latents;
using MaskUNet.Masking;
using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>The models of Stable Diffusion 1.5 with formula weights, and inputs of 512 pixel pictures.</summary>
internal static class FullSize
{
    /// <summary>Of the U-Net at batch 2 and 64x64 latents, counted as a plain implementation computes it.</summary>
    public const double UNetGigaFlop = 1606;

    /// <summary>Of the decoder for one picture, counted likewise.</summary>
    public const double DecodeGigaFlop = 2515;

    public static UNet2DConditionModel UNet(ScalarType dataType = ScalarType.Float32) => new(
        UNet2DConditionConfig.Parse(PublishedFiles.Configs(CheckpointKind.StableDiffusion1)["unet"]!.AsObject(), "unet"), new FormulaWeights(), dataType);

    public static AutoencoderKL Vae() => new(AutoencoderKLConfig.StableDiffusion, new FormulaWeights());

    /// <summary>The seconds of one evaluation at batch 2, under masks of the decoder half if there are any.</summary>
    public static double TimeUNet(UNet2DConditionModel model, IMaskGenerator? masks = null)
    {
        using var scope = NewDisposeScope();
        var input = Input(2, model.DataType);
        return Stopwatches.Time(() => model.Decode(model.Encode(input, NoMasks.Instance), masks ?? NoMasks.Instance));
    }

    /// <summary>The seconds of one decode.</summary>
    public static double TimeDecode(AutoencoderKL model)
    {
        using var scope = NewDisposeScope();
        var latents = FormulaWeights.InputTensor("latents", 1, 4, 64, 64);
        return Stopwatches.Time(() => model.Decode(latents));
    }

    /// <summary>Belongs to the caller's dispose scope.</summary>
    public static UNetInput Input(long batch, ScalarType dataType = ScalarType.Float32) => new(
        FormulaWeights.InputTensor("sample", batch, 4, 64, 64).to(dataType), tensor([500f]), FormulaWeights.InputTensor("text", batch, 77, 768).to(dataType));
}
