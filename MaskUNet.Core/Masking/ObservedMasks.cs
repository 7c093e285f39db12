using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Another generator's masks, shown to somebody on their way to the layers.</summary>
/// <param name="masks">The generator; it stays its owner's.</param>
/// <param name="observe">Told each layer's mask just before the layer runs. The tensor is the generator's: pack or clone what is kept.</param>
public sealed class ObservedMasks(IMaskGenerator masks, Action<MaskableLayer, Tensor> observe) : IMaskGenerator
{
    /// <inheritdoc/>
    public bool MasksEncoder => masks.MasksEncoder;

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => new Layers(masks.Begin(block), observe);

    private sealed class Layers(ILayerMasks masks, Action<MaskableLayer, Tensor> observe) : ILayerMasks
    {
        public Tensor? For(MaskableLayer layer)
        {
            var mask = masks.For(layer);
            if (mask is not null)
            {
                observe(layer, mask);
            }

            return mask;
        }
    }
}
