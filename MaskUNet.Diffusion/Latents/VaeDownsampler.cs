using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using MaskUNet.Runtime;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>A 3x3 convolution of stride 2, padded on the right and at the bottom only, as the original latent diffusion code does.</summary>
internal sealed class VaeDownsampler(WeightScope scope, int channels)
{
    private readonly Convolution convolution = new(scope, channels, channels, stride: 2, padding: 0);

    public Tensor Forward(Tensor input) => Forward(input, bottom: 1);

    /// <summary>Halves some rows of a picture.</summary>
    /// <param name="input">[B, C, 2h, W] or, where the picture goes on below, [B, C, 2h + 1, W].</param>
    /// <returns>[B, C, h, W/2].</returns>
    public Tensor ForwardRows(Tensor input) => Forward(input, bottom: (input.shape[2] + 1) % 2);

    private Tensor Forward(Tensor input, long bottom) => nn.functional.pad(input, [0, 1, 0, bottom]).Then(convolution.Forward);
}
