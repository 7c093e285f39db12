using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>A picture to start from.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">Row-major, three bytes a pixel.</param>
public sealed record RgbImage(int Width, int Height, ReadOnlyMemory<byte> Rgb)
{
    internal RgbImage Resize(int width, int height) => width == Width && height == Height ? this : throw new InvalidOptionException("size");

    internal Tensor ToTensor(double low, double high)
    {
        using var scope = NewDisposeScope();
        return (tensor(Rgb.ToArray(), [1, Height, Width, 3], uint8).to(float32).permute(0, 3, 1, 2) / 255 * (high - low) + low).MoveToOuterDisposeScope();
    }
}
