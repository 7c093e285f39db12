using MaskUNet.UNet;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The plain U-Net: no layer is masked.</summary>
public sealed class NoMasks : IMaskGenerator, ILayerMasks
{
    /// <summary>The one instance; it holds nothing.</summary>
    public static NoMasks Instance { get; } = new();

    private NoMasks()
    {
    }

    /// <inheritdoc/>
    public bool MasksEncoder => false;

    /// <inheritdoc/>
    public ILayerMasks Begin(MaskedBlock block) => this;

    /// <inheritdoc/>
    public Tensor? For(MaskableLayer layer) => null;
}
