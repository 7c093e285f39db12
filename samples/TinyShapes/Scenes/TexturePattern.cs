using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>Where a texture has ink, as signed distances in pixels (negative in the ink) from an object's origin.</summary>
internal static class TexturePattern
{
    /// <summary>Directions of stripes.</summary>
    public const int Turns = 4;

    private const double DotRadius = 0.31; // of the period
    private const double Diagonal = 0.70710678118654752;

    /// <summary>The period in pixels on an object of a radius: it grows with it, and survives an autoencoder's factor of 8. Dots stand closer, so that whole ones fit small objects.</summary>
    public static double Period(ShapeTexture texture, double radius) => Math.Clamp(0.6 * radius, texture == ShapeTexture.Dotted ? 7 : 8, 11);

    public static double Distance(ShapeTexture texture, int turn, double period, double x, double y) => texture switch
    {
        ShapeTexture.Striped => FromMiddle(Across(turn, x, y), period) - (period / 4),
        ShapeTexture.Dotted => Length(FromMiddle(x, period), FromMiddle(y, period)) - (DotRadius * period),
        ShapeTexture.Chequered => Chequers((period / 4) - FromMiddle(x - (period / 4), period), (period / 4) - FromMiddle(y - (period / 4), period)),
        _ => double.PositiveInfinity,
    };

    // Positive on one half of each axis' period: the ink is where the signs are equal.
    private static double Chequers(double x, double y) => (x > 0) == (y > 0) ? -Math.Min(Math.Abs(x), Math.Abs(y)) : Math.Min(Math.Abs(x), Math.Abs(y));

    private static double Across(int turn, double x, double y) => turn switch
    {
        1 => (x + y) * Diagonal,
        2 => y,
        3 => (x - y) * Diagonal,
        _ => x,
    };

    /// <summary>How far a place is from the nearest multiple of the period.</summary>
    private static double FromMiddle(double x, double period) => Math.Abs(x - (period * Math.Floor((x / period) + 0.5)));

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
