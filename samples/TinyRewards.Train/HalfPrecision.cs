using MaskUNet.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Writes a model's weights as they are kept: half the bytes.</summary>
internal static class HalfPrecision
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            path,
            weights.ToDictionary(weight => weight.Key, weight => weight.Value.detach().to(ScalarType.Float16)),
            new Dictionary<string, string> { ["format"] = "pt" });
    }
}
