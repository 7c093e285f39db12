using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Images;

/// <summary>Pixels as rewards see them and pictures are saved.</summary>
internal static class UnitPixels
{
    /// <summary>[0, 1], clamped, of what decoders give. Differentiable.</summary>
    /// <param name="decoded">About [-1, 1], any shape.</param>
    public static Tensor Of(Tensor decoded)
    {
        using var scope = NewDisposeScope();
        return ((decoded / 2) + 0.5).clamp(0, 1).MoveToOuterDisposeScope();
    }
}
