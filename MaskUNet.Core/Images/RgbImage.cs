using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Images;

/// <summary>A picture of 8-bit red, green and blue. Immutable, managed memory only; safe to share between threads.</summary>
public sealed class RgbImage
{
    private const int Channels = 3;
    private readonly byte[] pixels;

    /// <summary>Creates a picture from its pixels, which are copied.</summary>
    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    /// <param name="pixels">Red, green, blue of each pixel, row by row from the top left: 3 * width * height bytes.</param>
    /// <exception cref="InvalidOptionException">The sizes do not fit each other.</exception>
    public RgbImage(int width, int height, ReadOnlySpan<byte> pixels)
        : this(pixels.ToArray(), width, height)
    {
    }

    internal RgbImage(byte[] owned, int width, int height)
    {
        if (width < 1 || height < 1 || (long)width * height * Channels != owned.Length)
        {
            throw new InvalidOptionException($"A picture of {width} x {height} pixels has 3 bytes a pixel, not {owned.Length} in all.");
        }

        (Width, Height, pixels) = (width, height, owned);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Red, green, blue of each pixel, row by row from the top left.</summary>
    public ReadOnlyMemory<byte> Pixels => pixels;

    /// <summary>Reads a PNG, JPEG or WebP file. The orientation that a camera noted (EXIF) is applied; transparency is laid over white; colour profiles are ignored, as the reference pipelines do.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ImageException">The file cannot be read, is no such picture, is damaged, or has more than 128 million pixels.</exception>
    public static RgbImage Load(string path) => PictureCodec.Decode(PictureFile.Read(path), path);

    /// <summary>Reads a PNG, JPEG or WebP file in memory; see <see cref="Load"/>.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">The bytes are no such picture, are damaged, or have more than 128 million pixels.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name = "The picture") => PictureCodec.Decode(file.ToArray(), name);

    /// <summary>Takes over a decoder's output: round(255 * clamp(x / 2 + 0.5, 0, 1)), halves to even.</summary>
    /// <param name="picture">One picture, [3, H, W] or [1, 3, H, W], [-1, 1] from black to white, on any device; it stays the caller's.</param>
    /// <exception cref="InvalidOptionException">The shape is another.</exception>
    /// <exception cref="NumericalException">A value is NaN.</exception>
    public static RgbImage FromDecoded(Tensor picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var shape = picture.shape;
        if (shape.Length is not (3 or 4) || (shape.Length == 4 && shape[0] != 1) || shape[^3] != Channels || shape[^1] < 1 || shape[^2] < 1)
        {
            throw new InvalidOptionException($"One picture is [3, height, width] or [1, 3, height, width], not [{string.Join(", ", shape)}].");
        }

        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var values = picture.detach().cpu().reshape(Channels, shape[^2], shape[^1]);
        values = values.dtype is ScalarType.Float32 or ScalarType.Float64 ? values : values.to(float32);
        if (values.isnan().any().item<bool>())
        {
            throw new NumericalException("The decoded picture holds NaN. Decode in float32 (half precision overflows), or check the weights.");
        }

        var bytes = (UnitPixels.Of(values) * 255).round().to(uint8).permute(1, 2, 0).contiguous();
        return new RgbImage(bytes.bytes.ToArray(), (int)shape[^1], (int)shape[^2]);
    }

    /// <summary>The picture as encoders take it.</summary>
    /// <returns>[1, 3, H, W], float32 in [-1, 1] on the CPU; the caller owns it.</returns>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return ((ToUnitTensor() * 2) - 1).MoveToOuterDisposeScope();
    }

    /// <summary>The picture as reward models take it.</summary>
    /// <returns>[1, 3, H, W], float32 in [0, 1] on the CPU; the caller owns it.</returns>
    public Tensor ToUnitTensor()
    {
        using var scope = NewDisposeScope();
        var bytes = empty([1, Height, Width, Channels], uint8);
        pixels.CopyTo(bytes.bytes);
        return (bytes.permute(0, 3, 1, 2).contiguous().to(float32) / 255).MoveToOuterDisposeScope();
    }

    /// <summary>The picture at another size, with the numbers of Pillow's <c>Image.resize</c>; the aspect ratio is not kept.</summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="filter">How pixels are weighted.</param>
    /// <exception cref="InvalidOptionException">A size is below 1, there are more than 128 million pixels, or the filter is unknown.</exception>
    public RgbImage Resize(int width, int height, ResizeFilter filter = ResizeFilter.Lanczos) => width >= 1 && height >= 1 && (long)width * height <= PictureCodec.MostPixels
        ? PillowResize.Apply(this, width, height, filter)
        : throw new InvalidOptionException($"A picture cannot be resized to {width} x {height} pixels; both must be at least 1, and their product at most {PictureCodec.MostPixels}.");

    /// <summary>A part of the picture.</summary>
    /// <param name="left">The first column.</param>
    /// <param name="top">The first row.</param>
    /// <param name="width">How many columns; they lie within the picture.</param>
    /// <param name="height">How many rows; they lie within the picture.</param>
    internal RgbImage Crop(int left, int top, int width, int height)
    {
        var part = new byte[width * height * Channels];
        for (var row = 0; row < height; row++)
        {
            pixels.AsSpan((((top + row) * Width) + left) * Channels, width * Channels).CopyTo(part.AsSpan(row * width * Channels));
        }

        return new RgbImage(part, width, height);
    }

    /// <summary>The picture as a PNG file.</summary>
    /// <param name="texts">Texts to carry along, by keyword; see <see cref="PngText"/>.</param>
    /// <exception cref="InvalidOptionException">A keyword or text cannot stand in a PNG file.</exception>
    public byte[] ToPng(IReadOnlyDictionary<string, string>? texts = null)
    {
        var png = PictureCodec.EncodePng(this);
        return texts is null ? png : PngText.Insert(png, texts);
    }

    /// <summary>Writes a PNG file, whole or not at all; a missing folder is made.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="texts">Texts to carry along, by keyword; see <see cref="PngText"/>.</param>
    /// <exception cref="ImageException">The file cannot be written.</exception>
    /// <exception cref="InvalidOptionException">A keyword or text cannot stand in a PNG file.</exception>
    public void SavePng(string path, IReadOnlyDictionary<string, string>? texts = null) => PictureFile.Write(path, ToPng(texts));
}
