using System.Text.RegularExpressions;
using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>Pictures moved by up to two pixels, and mirrored with their captions: other pixels, of which the oracle has the same opinion.</summary>
internal sealed partial record PictureVariant(bool Mirrored, int Right, int Down)
{
    private const int Furthest = 2;
    private const int Places = (2 * Furthest) + 1;

    /// <summary>How many there are.</summary>
    public const int Count = 2 * Places * Places;

    /// <summary>One of them.</summary>
    public static PictureVariant Of(int number) => new(number % 2 == 1, (number / 2 % Places) - Furthest, (number / 2 / Places) - Furthest);

    public string Apply(string caption) => Mirrored ? Side().Replace(caption, side => side.Value == "left" ? "right" : "left") : caption;

    public SeenPicture Apply(SeenPicture seen) => new(Apply(seen.Picture), [.. seen.Readings.Select(reading => reading with { Box = Apply(reading.Box) })]);

    public RgbImage Apply(RgbImage picture)
    {
        var source = picture.Pixels.Span;
        var target = new byte[source.Length];
        for (var y = 0; y < Scene.Size; y++)
        {
            for (var x = 0; x < Scene.Size; x++)
            {
                var (fromX, fromY) = (Inside(x - Right), Inside(y - Down));
                source.Slice(3 * ((fromY * Scene.Size) + (Mirrored ? Scene.Size - 1 - fromX : fromX)), 3).CopyTo(target.AsSpan(3 * ((y * Scene.Size) + x)));
            }
        }

        return new RgbImage(Scene.Size, Scene.Size, target);
    }

    private ObjectBox Apply(ObjectBox box) => box with { X = (Mirrored ? Scene.Size - box.X - box.Width : box.X) + Right, Y = box.Y + Down };

    private static int Inside(int place) => Math.Clamp(place, 0, Scene.Size - 1);

    [GeneratedRegex("left|right")]
    private static partial Regex Side();
}
