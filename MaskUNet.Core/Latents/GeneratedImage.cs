using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>A picture as a pipeline returns it, in managed memory.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">Row-major, three bytes a pixel.</param>
public sealed record GeneratedImage(int Width, int Height, ReadOnlyMemory<byte> Rgb)
{
    internal static GeneratedImage FromTensor(Tensor decoded)
    {
        using var scope = NewDisposeScope();
        var bytes = ((decoded.detach().to(float32) / 2) + 0.5).clamp(0, 1).mul(255).round().to(uint8)[0].permute(1, 2, 0).contiguous().cpu().bytes.ToArray();
        return new GeneratedImage((int)decoded.shape[3], (int)decoded.shape[2], bytes);
    }

    /// <summary>Writes a PNG.</summary>
    /// <param name="path">The file.</param>
    public void SavePng(string path)
    {
        using var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgb = Rgb.Span;
        for (var i = 0; i < Width * Height; i++)
        {
            bitmap.SetPixel(i % Width, i / Width, new SKColor(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]));
        }

        using var stream = File.Create(path);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
    }
}
