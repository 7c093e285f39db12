using MaskUNet.Tests.TestSupport;
using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking;

/// <summary>The tiny model of the area <c>masks</c>, and the inputs of its recorded forward passes.</summary>
public static class RecordedMaskModel
{
    public const string Area = "masks";

    public static UNet2DConditionModel UNet(ScalarType dataType = ScalarType.Float32) => new(
        UNet2DConditionConfig.Parse(Fixtures.Json(Area, "model", "unet", "config.json").AsObject(), Area),
        new RecordedWeights(Area, "model", "unet", "diffusion_pytorch_model.safetensors"),
        dataType);

    public static UNetInput Step0(ScalarType dataType = ScalarType.Float32)
    {
        var tensors = new RecordedTensors(Area, "masked-forward.safetensors");
        return new UNetInput(tensors["step0/sample"].to(dataType), tensors["step0/timesteps"], tensors["step0/text"].to(dataType));
    }

    /// <summary>numpy.packbits: row-major, first element in the highest bit.</summary>
    public static bool[] Unpack(Tensor packed, long count)
    {
        var bytes = packed.bytes.ToArray();
        return [.. Enumerable.Range(0, (int)count).Select(i => (bytes[i / 8] & (0x80 >> (i % 8))) != 0)];
    }
}
