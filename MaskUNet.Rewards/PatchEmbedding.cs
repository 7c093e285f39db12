using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>How a vision transformer reads a picture (Dosovitskiy et al., arXiv 2010.11929): a vector for the whole, then one a patch, each with its position.</summary>
/// <param name="patches">Patch to vector.</param>
/// <param name="whole">The vector for the whole, [D] or [1, 1, D].</param>
/// <param name="positions">[1 + patches, D] or [1, 1 + patches, D].</param>
internal sealed class PatchEmbedding(Convolution patches, Tensor whole, Tensor positions)
{
    /// <param name="pixels">[B, 3, S, S].</param>
    /// <returns>[B, 1 + patches, D].</returns>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var tokens = patches.Forward(pixels).flatten(2).transpose(1, 2);
        return (cat([whole.expand(tokens.shape[0], 1, -1), tokens], 1) + positions).MoveToOuterDisposeScope();
    }
}
