using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>
/// A rough picture of latents without a decoder, for watching a run: each latent becomes one colour by a linear map that was fitted to
/// Stable Diffusion 1.4's autoencoder (Kevin Turner, "Decoding latents to RGB without upscaling", 2022). Good for 1.x and 2.x.
/// </summary>
public static class LatentPreview
{
    private static readonly float[,] Factors =
    {
        { 0.298f, 0.207f, 0.208f },
        { 0.187f, 0.286f, 0.173f },
        { -0.158f, 0.189f, 0.264f },
        { -0.184f, -0.271f, -0.473f },
    };

    /// <summary>Makes the picture.</summary>
    /// <param name="latents">One sample as schedulers have it (not divided by the scaling factor), [4, h, w] or [1, 4, h, w]; it stays the caller's.</param>
    /// <param name="scale">How many pixels a latent covers in each direction; 8 (default) gives the decoded picture's size.</param>
    /// <exception cref="InvalidOptionException">The shape is another, or the scale is below 1.</exception>
    /// <exception cref="NumericalException">A value is NaN.</exception>
    public static RgbImage Render(Tensor latents, int scale = 8)
    {
        ArgumentNullException.ThrowIfNull(latents);
        var shape = latents.shape;
        if (shape.Length is not (3 or 4) || (shape.Length == 4 && shape[0] != 1) || shape[^3] != Factors.GetLength(0) || scale < 1)
        {
            throw new InvalidOptionException(
                $"A preview shows one sample of [4, height, width] or [1, 4, height, width] at a scale of at least 1, not [{string.Join(", ", shape)}] at {scale}.");
        }

        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var sample = latents.detach().cpu().to(float32).reshape(shape[^3], -1);
        var colours = tensor(Factors).t().matmul(sample).view(1, Factors.GetLength(1), shape[^2], shape[^1]);
        return RgbImage.FromDecoded(nn.functional.interpolate(colours, scale_factor: [scale, scale], mode: InterpolationMode.Nearest));
    }
}
