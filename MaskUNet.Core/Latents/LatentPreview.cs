using MaskUNet.Images;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>
/// A rough picture of latents without a decoder, for watching a run: each latent becomes one colour by a linear map that was fitted to
/// Stable Diffusion 1.4's autoencoder (Kevin Turner, "Decoding latents to RGB without upscaling", 2022). Good for 1.x and 2.x.
/// </summary>
public static class LatentPreview
{
    private const int Channels = 4;
    private const int Colours = 3;
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
        return shape.Length == 3 || (shape.Length == 4 && shape[0] == 1)
            ? Render(LatentSnapshot.Of(latents).Values.Span, [.. shape.TakeLast(3)], scale)
            : throw Unfit(shape, scale);
    }

    /// <summary>The same from managed memory.</summary>
    /// <param name="sample">Row-major values.</param>
    /// <param name="shape">[4, h, w].</param>
    /// <param name="scale">How many pixels a latent covers in each direction.</param>
    internal static RgbImage Render(ReadOnlySpan<float> sample, IReadOnlyList<long> shape, int scale)
    {
        if (shape[0] != Channels || scale < 1)
        {
            throw Unfit(shape, scale);
        }

        var (height, width) = ((int)shape[1] * scale, (int)shape[2] * scale);
        var pixels = new byte[height * width * Colours];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / Colours % width / scale, i / Colours / width / scale);
            pixels[i] = Level(sample[((y * (int)shape[2]) + x)..], plane: (int)(shape[1] * shape[2]), i % Colours);
        }

        return new RgbImage(pixels, width, height);
    }

    /// <summary>One colour of the latent that begins here, as a byte.</summary>
    private static byte Level(ReadOnlySpan<float> latent, int plane, int colour)
    {
        var value = 0f;
        for (var channel = 0; channel < Channels; channel++)
        {
            value += Factors[channel, colour] * latent[channel * plane];
        }

        return float.IsNaN(value)
            ? throw new NumericalException(
                "The latents hold NaN, so there is nothing to show. Load the model in float32 (half precision overflows), or check the weights.")
            : (byte)MathF.Round(Math.Clamp((value / 2) + 0.5f, 0, 1) * byte.MaxValue);
    }

    private static InvalidOptionException Unfit(IReadOnlyList<long> shape, int scale) => new(
        $"A preview shows one sample of [{Channels}, height, width] or [1, {Channels}, height, width] at a scale of at least 1, "
        + $"not [{string.Join(", ", shape)}] at {scale}.");
}
