namespace MaskUNet.Shapes.Judging;

/// <summary>A rectangle around an object, in pixels from the top left.</summary>
/// <param name="X">Its left side.</param>
/// <param name="Y">Its upper side.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
public readonly record struct ObjectBox(double X, double Y, double Width, double Height)
{
    /// <summary>The middle, pixels from the left edge.</summary>
    public double CentreX => X + (Width / 2);

    /// <summary>The middle, pixels from the top edge.</summary>
    public double CentreY => Y + (Height / 2);
}
