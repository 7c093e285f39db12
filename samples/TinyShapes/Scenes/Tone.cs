namespace MaskUNet.Shapes.Scenes;

/// <summary>A colour of a picture, each channel in [0, 255].</summary>
/// <param name="Red">The red channel.</param>
/// <param name="Green">The green channel.</param>
/// <param name="Blue">The blue channel.</param>
internal readonly record struct Tone(double Red, double Green, double Blue)
{
    public static Tone Mix(Tone from, Tone to, double share) => new(
        from.Red + ((to.Red - from.Red) * share), from.Green + ((to.Green - from.Green) * share), from.Blue + ((to.Blue - from.Blue) * share));

    public Tone Scaled(double factor) => new(Red * factor, Green * factor, Blue * factor);

    /// <summary>The largest channel.</summary>
    public double Value => Math.Max(Red, Math.Max(Green, Blue));

    /// <summary>How far it is from grey: the largest channel less the smallest.</summary>
    public double Chroma => Value - Math.Min(Red, Math.Min(Green, Blue));

    public double DistanceTo(Tone other)
    {
        var (red, green, blue) = (Red - other.Red, Green - other.Green, Blue - other.Blue);
        return Math.Sqrt((red * red) + (green * green) + (blue * blue));
    }

    /// <summary>Lighter or darker by the same amount in each channel.</summary>
    public static Tone operator +(Tone tone, double light) => new(tone.Red + light, tone.Green + light, tone.Blue + light);
}
