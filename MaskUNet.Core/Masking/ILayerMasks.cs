using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The masks of one block's layers in one forward pass.</summary>
public interface ILayerMasks
{
    /// <summary>The mask of a layer that is about to run.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>
    /// Null to leave the layer as it is; otherwise a tensor, boolean or of the weight's type, on the weight's device, that multiplies the
    /// weight: of the weight's shape for the whole batch, or [B, out, in] with one mask a sample (linear layers only). It belongs to the generator and must stay valid until the
    /// layer has run (gradients: until the backward pass has).
    /// </returns>
    Tensor? For(MaskableLayer layer);
}
