using MaskUNet.Images;

namespace MaskUNet.Rewards;

/// <summary>The geometry of "shorter side to this size, then the middle".</summary>
internal static class CentreCrop
{
    /// <summary>Where a crop begins.</summary>
    /// <param name="full">The size before.</param>
    /// <param name="crop">The size after, at most <paramref name="full"/>.</param>
    /// <param name="rounding">What happens to half pixels.</param>
    public static int Offset(int full, int crop, CropRounding rounding) => rounding == CropRounding.Down
        ? (full - crop) / 2
        : (int)Math.Round((full - crop) / 2.0, MidpointRounding.ToEven);

    /// <summary>The sizes of a picture whose shorter side gets a given size; the longer one is truncated.</summary>
    public static (int Height, int Width) Resized(int height, int width, int size) => height <= width
        ? (size, Longer(width, height, size))
        : (Longer(height, width, size), size);

    /// <summary>What becomes of both directions of a picture whose shorter side gets a given size, and of which the middle square is kept.</summary>
    public static (ResizeAxis Height, ResizeAxis Width) Axes(int height, int width, int size, CropRounding rounding)
    {
        var resized = Resized(height, width, size);
        return (Axis(height, resized.Height), Axis(width, resized.Width));

        ResizeAxis Axis(int from, int to) => new(from, to, Offset(to, size, rounding), size);
    }

    private static int Longer(int longer, int shorter, int size) => (int)((double)size * longer / shorter);
}
