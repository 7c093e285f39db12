using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>
/// Makes pictures of any size into squares, as diffusers' training scripts do: the shorter side is resized, a square is cut out, and perhaps
/// mirrored. Immutable; safe to share between threads.
/// </summary>
public sealed record PicturePreparation
{
    /// <summary>The training size of Stable Diffusion 1.x, in pixels.</summary>
    public const int DefaultSize = 512;

    private const int MostSize = 8192;
    private const int Rgb = 3;

    /// <summary>Width and height, in pixels; from 1 to 8192, 512 by default. The autoencoder of Stable Diffusion takes multiples of 8.</summary>
    /// <exception cref="InvalidOptionException">The size lies outside.</exception>
    public int Size
    {
        get;
        init => field = value is >= 1 and <= MostSize
            ? value
            : throw new InvalidOptionException($"Size is {value}; it must lie between 1 and {MostSize} pixels ({DefaultSize} is usual).");
    } = DefaultSize;

    /// <summary>Cut the square from the middle (default), or from a random place.</summary>
    public bool CenterCrop { get; init; } = true;

    /// <summary>Mirror every other picture, at random, left to right; false by default. Captions that say "left of" become wrong.</summary>
    public bool Flip { get; init; }

    /// <summary>How pixels are weighted when the picture is resized; bilinear by default.</summary>
    /// <exception cref="InvalidOptionException">There is no such filter.</exception>
    public ResizeFilter Filter
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new InvalidOptionException($"There is no resize filter {value}; choose {string.Join(", ", Enum.GetNames<ResizeFilter>())}.");
    } = ResizeFilter.Bilinear;

    /// <summary>Prepares a picture.</summary>
    /// <param name="picture">Of any size.</param>
    /// <param name="seed">Decides what is random; the same picture and seed give the same bytes.</param>
    /// <returns><see cref="Size"/> x <see cref="Size"/> pixels.</returns>
    /// <exception cref="ImageException">The picture is so narrow that its longer side would have more than 128 million pixels.</exception>
    public RgbImage Apply(RgbImage picture, long seed)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (width, height) = Resized(picture.Width, picture.Height);
        if (width * height > PictureCodec.MostPixels)
        {
            throw new ImageException($"A picture of {picture.Width} x {picture.Height} pixels is too narrow for a square of {Size}; leave it out, or cut it.");
        }

        var whole = picture.Resize((int)width, (int)height, Filter);
        var left = Offset(whole.Width - Size, SplitMix64.At(seed, 0));
        var top = Offset(whole.Height - Size, SplitMix64.At(seed, 1));
        return Square(whole, left, top, Flip && (SplitMix64.At(seed, 2) & 1) == 1);
    }

    // torchvision's Resize: the longer side is rounded down.
    private (long Width, long Height) Resized(int width, int height) => width <= height
        ? (Size, (long)Size * height / width)
        : ((long)Size * width / height, Size);

    // torchvision's CenterCrop rounds halves to even.
    private int Offset(int room, ulong random) =>
        CenterCrop ? (int)Math.Round(room / 2.0, MidpointRounding.ToEven) : (int)Math.BigMul(random, (ulong)room + 1, out _);

    private RgbImage Square(RgbImage whole, int left, int top, bool mirrored)
    {
        if (!mirrored && whole.Width == Size && whole.Height == Size)
        {
            return whole;
        }

        var pixels = new byte[Size * Size * Rgb];
        for (var y = 0; y < Size; y++)
        {
            var source = whole.Pixels.Span.Slice((((top + y) * whole.Width) + left) * Rgb, Size * Rgb);
            var target = pixels.AsSpan(y * Size * Rgb, Size * Rgb);
            source.CopyTo(target);
            if (mirrored)
            {
                // Reversing all bytes mirrors the row, with red and blue in each other's place.
                target.Reverse();
                for (var x = 0; x < target.Length; x += Rgb)
                {
                    (target[x], target[x + 2]) = (target[x + 2], target[x]);
                }
            }
        }

        return new RgbImage(pixels, Size, Size);
    }
}
