using SkiaSharp;

namespace MaskUNet.Images;

/// <summary>Picture files to pixels and back, by SkiaSharp.</summary>
internal static class PictureCodec
{
    /// <summary>The most pixels of a picture that is read or made.</summary>
    public const long MostPixels = 1L << 27;

    private const int Rgba = 4;
    private const int Rgb = 3;

    public static RgbImage Decode(byte[] file, string name)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data)
            ?? throw new ImageException($"{name} is not a picture that can be read ({file.Length} bytes); PNG, JPEG and WebP are.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
        {
            throw new ImageException($"{name} has {width} x {height} pixels, more than the {MostPixels} that are read; make it smaller.");
        }

        // No colour space asked for: the stored values are kept, as Pillow keeps them.
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw new ImageException($"{name} is damaged ({result}); copy or download it again.");
        }

        return Oriented(OverWhite(bitmap.GetPixelSpan(), width, height), codec.EncodedOrigin);
    }

    public static byte[] EncodePng(RgbImage image)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgb888x, SKAlphaType.Opaque));
        var source = image.Pixels.Span;
        var target = bitmap.GetPixelSpan();
        for (int from = 0, to = 0; from < source.Length; from += Rgb, to += Rgba)
        {
            source.Slice(from, Rgb).CopyTo(target[to..]);
            target[to + Rgb] = byte.MaxValue;
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100)
            ?? throw new ImageException($"A picture of {image.Width} x {image.Height} pixels cannot be written as PNG.");
        return png.ToArray();
    }

    private static RgbImage OverWhite(ReadOnlySpan<byte> source, int width, int height)
    {
        var pixels = new byte[width * height * Rgb];
        for (int from = 0, to = 0; to < pixels.Length; from += Rgba, to += Rgb)
        {
            int alpha = source[from + Rgb], white = byte.MaxValue * (byte.MaxValue - alpha);
            for (var channel = 0; channel < Rgb; channel++)
            {
                pixels[to + channel] = (byte)(((source[from + channel] * alpha) + white + (byte.MaxValue / 2)) / byte.MaxValue);
            }
        }

        return new RgbImage(pixels, width, height);
    }

    // EXIF names the place of the stored first row and column: "right top" means that the first row is the right side of the picture.
    private static RgbImage Oriented(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return stored;
        }

        var (lastX, lastY) = (stored.Width - 1, stored.Height - 1);
        var swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (width, height) = swapped ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var pixels = new byte[width * height * Rgb];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (lastX - x, y),
                    SKEncodedOrigin.BottomRight => (lastX - x, lastY - y),
                    SKEncodedOrigin.BottomLeft => (x, lastY - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, lastY - x),
                    SKEncodedOrigin.RightBottom => (lastX - y, lastY - x),
                    _ => (lastX - y, x),
                };
                stored.Pixels.Span.Slice(((fromY * stored.Width) + fromX) * Rgb, Rgb).CopyTo(pixels.AsSpan(((y * width) + x) * Rgb));
            }
        }

        return new RgbImage(pixels, width, height);
    }
}
