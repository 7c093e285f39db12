namespace MaskUNet.Shapes.Judging;

/// <summary>The pixels within an object's outline, so many pixels off its edge, and how bright they are.</summary>
internal sealed class ObjectPixels
{
    public ObjectPixels(PictureField field, Placement placement, double offEdge)
    {
        var pixels = new List<int>();
        for (var pixel = 0; pixel < field.Tones.Length; pixel++)
        {
            if (placement.Distance(pixel % PictureField.Size, pixel / PictureField.Size) < -offEdge)
            {
                pixels.Add(pixel);
            }
        }

        Pixels = [.. pixels];
        Values = new double[Pixels.Length];
        for (var i = 0; i < Pixels.Length; i++)
        {
            Values[i] = field.Tones[Pixels[i]].Value;
        }

        var sorted = Values.Order().ToArray();
        (Dark, Bright) = sorted.Length == 0 ? (0, 0) : (sorted[sorted.Length / 12], sorted[sorted.Length * 9 / 10]);
    }

    /// <summary>Their places in the picture, row by row.</summary>
    public int[] Pixels { get; }

    /// <summary>The largest channel of each.</summary>
    public double[] Values { get; }

    /// <summary>The value of ink, if there is any.</summary>
    public double Dark { get; }

    /// <summary>The value of the colour itself.</summary>
    public double Bright { get; }

    /// <summary>How much darker the darkest parts are, [0, 1].</summary>
    public double Contrast => (Bright - Dark) / Math.Max(1, Bright);
}
