using MaskUNet.Masking;

namespace MaskUNet.UNet;

/// <summary>What one call of the U-Net brings to a block's layers.</summary>
/// <param name="Masks">The masks of the block's layers.</param>
/// <param name="Observer">Who looks at attention probabilities, or null.</param>
internal readonly record struct BlockCall(ILayerMasks Masks, IAttentionObserver? Observer = null);
