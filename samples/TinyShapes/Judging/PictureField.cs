using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>A picture, smoothed a little (1-2-1 on both axes) against noise, and how much each pixel looks like an object.</summary>
internal sealed class PictureField
{
    public const int Size = Scene.Size;

    // Colour alone or darkness alone makes an object; half way between these limits lies the middle of an edge.
    private const double LeastChroma = 30;
    private const double MostChroma = 80;
    private const double LightestInk = 150;
    private const double DarkestInk = 90;

    private const int Channels = 3;

    private readonly Tone[] tones = new Tone[Size * Size];
    private readonly float[] objectness = new float[Size * Size];

    public PictureField(RgbImage picture)
    {
        var pixels = picture.Pixels.Span;
        var smooth = new double[pixels.Length];
        for (var y = 0; y < Size; y++)
        {
            for (var at = y * Size * Channels; at < (y + 1) * Size * Channels; at++)
            {
                var above = y > 0 ? at - (Size * Channels) : at;
                var below = y < Size - 1 ? at + (Size * Channels) : at;
                smooth[at] = (pixels[above] + (2 * pixels[at]) + pixels[below]) / 4.0;
            }
        }

        for (var i = 0; i < tones.Length; i++)
        {
            var at = i * Channels;
            var left = i % Size > 0 ? at - Channels : at;
            var right = i % Size < Size - 1 ? at + Channels : at;
            tones[i] = new Tone(Across(0), Across(1), Across(2));
            objectness[i] = (float)Math.Max(
                Math.Clamp((tones[i].Chroma - LeastChroma) / (MostChroma - LeastChroma), 0, 1),
                Math.Clamp((LightestInk - tones[i].Value) / (LightestInk - DarkestInk), 0, 1));

            double Across(int channel) => (smooth[left + channel] + (2 * smooth[at + channel]) + smooth[right + channel]) / 4;
        }
    }

    /// <summary>The smoothed picture, row by row.</summary>
    public ReadOnlySpan<Tone> Tones => tones;

    /// <summary>How much each pixel looks like an object, [0, 1].</summary>
    public ReadOnlySpan<float> Objectness => objectness;
}
