using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>Features of CLIP as they are compared.</summary>
internal static class ClipFeatures
{
    /// <summary>Features of length 1, so that their products are cosines.</summary>
    /// <param name="features">[..., P].</param>
    public static Tensor Unit(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (features / features.norm(dim: -1, keepdim: true)).MoveToOuterDisposeScope();
    }
}
