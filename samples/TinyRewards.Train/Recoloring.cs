using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>
/// Pictures whose hues are all turned by the same angle, mostly to colours that have no name: what an object's shape and texture are must not depend on
/// its colour. Else a training learns that the looks that it is never shown cannot be.
/// </summary>
internal sealed class Recoloring
{
    private readonly double[][] turn;

    public Recoloring(Random random)
    {
        // A turn around the axis of the greys (Rodrigues).
        var angle = Math.Tau * random.NextDouble();
        var (cosine, sine) = (Math.Cos(angle), Math.Sin(angle));
        double Of(int difference) => ((1 - cosine) / 3) + (difference switch { 0 => cosine, 1 => -sine / Math.Sqrt(3), _ => sine / Math.Sqrt(3) });
        turn = [.. Enumerable.Range(0, 3).Select(row => Enumerable.Range(0, 3).Select(column => Of((column - row + 3) % 3)).ToArray())];
    }

    /// <summary>Pictures with other hues, and what the oracle reads in them; without those that show a held-out look then.</summary>
    public IEnumerable<SeenPicture> Apply(IEnumerable<SeenPicture> pictures) =>
        pictures.Select(picture => SeenPicture.Of(Apply(picture.Picture))).Where(picture => !picture.IsHeldOut);

    public RgbImage Apply(RgbImage picture)
    {
        var source = picture.Pixels.Span;
        var target = new byte[source.Length];
        for (var i = 0; i < source.Length; i += 3)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var row = turn[channel];
                target[i + channel] = (byte)Math.Clamp(Math.Round((row[0] * source[i]) + (row[1] * source[i + 1]) + (row[2] * source[i + 2])), 0, 255);
            }
        }

        return new RgbImage(Scene.Size, Scene.Size, target);
    }
}
