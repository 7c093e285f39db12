using MaskUNet.Images;

namespace MaskUNet.Shapes.Scenes;

/// <summary>Scenes to pixels: background, then each object with its ink, antialiased by signed distances.</summary>
internal static class SceneRenderer
{
    private const int Channels = 3;

    public static RgbImage Render(SceneBackground background, IReadOnlyList<SceneObject> objects)
    {
        var pixels = new byte[Scene.Size * Scene.Size * Channels];
        for (var row = 0; row < Scene.Size; row++)
        {
            for (var column = 0; column < Scene.Size; column++)
            {
                var (x, y) = (column + 0.5, row + 0.5);
                var tone = background.At(x / Scene.Size, y / Scene.Size);
                foreach (var thing in objects)
                {
                    tone = Over(tone, thing, x, y);
                }

                Store(tone, pixels.AsSpan(((row * Scene.Size) + column) * Channels));
            }
        }

        return new RgbImage(Scene.Size, Scene.Size, pixels);
    }

    private static Tone Over(Tone under, SceneObject thing, double x, double y)
    {
        var (offsetX, offsetY) = (x - thing.X, y - thing.Y);
        var extent = ShapeOutline.Extent(thing.Shape);
        if (Math.Abs(offsetX) > (extent.X * thing.Radius) + 1 || Math.Abs(offsetY) > (extent.Y * thing.Radius) + 1)
        {
            return under;
        }

        var covered = Coverage(ShapeOutline.Distance(thing.Shape, offsetX / thing.Radius, offsetY / thing.Radius) * thing.Radius);
        var ink = Coverage(TexturePattern.Distance(thing.Texture, thing.Turn, TexturePattern.Period(thing.Texture, thing.Radius), offsetX, offsetY));
        var color = Palette.Of(thing.Color);
        return Tone.Mix(under, Tone.Mix(color, color.Scaled(Palette.Ink), ink), covered);
    }

    private static double Coverage(double distance) => Math.Clamp(0.5 - distance, 0, 1);

    private static void Store(Tone tone, Span<byte> pixel) =>
        (pixel[0], pixel[1], pixel[2]) = ((byte)(tone.Red + 0.5), (byte)(tone.Green + 0.5), (byte)(tone.Blue + 0.5));
}
