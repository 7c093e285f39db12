using MaskUNet.Masking;
using static TorchSharp.torch;

namespace MaskUNet.UNet;

/// <summary>
/// A frozen U-Net that predicts noise (or velocity), with weight masks as values passed to the call. It is split where the masks of the
/// paper begin: encode once, decode as often as there are masks to try.
/// </summary>
/// <remarks>
/// The frozen weights are never written, so calls with different masks may run at the same time. Whether gradients are recorded is up to
/// the calling thread's grad mode. Results belong to the caller.
/// </remarks>
public interface IMaskedUNet : IDisposable
{
    /// <summary>Every layer whose weight can be masked, in execution order.</summary>
    IReadOnlyList<MaskableLayer> Layers { get; }

    /// <summary>The number of channels of <see cref="UNetInput.Sample"/>.</summary>
    int InChannels { get; }

    /// <summary>The type of weights and input.</summary>
    ScalarType DataType { get; }

    /// <summary>The device of weights and input.</summary>
    Device Device { get; }

    /// <summary>The frozen weight of a layer, to be looked at and never written.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>Of the layer's shape; it stays the U-Net's.</returns>
    Tensor Weight(MaskableLayer layer);

    /// <summary>Runs the encoder half: time embedding, input convolution, down blocks, middle block.</summary>
    /// <param name="input">The evaluation's input.</param>
    /// <param name="masks">Masks; only those of the encoder half's layers are asked for.</param>
    UNetFeatures Encode(UNetInput input, IMaskGenerator masks);

    /// <summary>Runs the decoder half: up blocks and output convolution.</summary>
    /// <param name="features">What <see cref="Encode"/> gave.</param>
    /// <param name="masks">Masks; only those of the decoder half's layers are asked for.</param>
    /// <returns>The prediction, [B, C, H/8, W/8].</returns>
    Tensor Decode(UNetFeatures features, IMaskGenerator masks);
}
