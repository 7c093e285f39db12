using MaskUNet.Images;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.Judging;

/// <summary>
/// Reads objects from a picture by image analysis, without a network: regions of much colour or of ink are found before the light
/// background, outlines are fitted to each, and colour and texture are read inside. It never guesses: a region that fits no outline well,
/// or fits two alike, whose edge is soft, or that the picture cuts off, is no object.
/// </summary>
public static class SceneOracle
{
    // A blurred edge must not tint the colour; a texture needs every pixel that it can get in narrow parts.
    private const double ForColor = 1.8;
    private const double ForTexture = 1;

    /// <summary>Reads a picture.</summary>
    /// <param name="picture">64 x 64 px.</param>
    /// <returns>The objects, the most confident shape first; empty if there are none.</returns>
    /// <exception cref="InvalidOptionException">The picture has another size.</exception>
    public static IReadOnlyList<ObjectReading> Read(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Width != Scene.Size || picture.Height != Scene.Size)
        {
            throw new InvalidOptionException(
                $"The oracle reads pictures of {Scene.Size} x {Scene.Size} px, not {picture.Width} x {picture.Height}; resize it first.");
        }

        var field = new PictureField(picture);
        return [.. Region.Find(field).Select(region => ReadRegion(field, region)).OfType<ObjectReading>().OrderByDescending(reading => reading.ShapeConfidence)];
    }

    private static ObjectReading? ReadRegion(PictureField field, Region region)
    {
        var mask = RegionMask.Of(field, region);
        if (ShapeReader.Read(mask) is not { } shape || !EdgeCheck.IsSharp(mask))
        {
            return null;
        }

        var (color, colorConfidence) = ColorReader.Read(field, new ObjectPixels(field, shape.Placement, ForColor));
        var (texture, textureConfidence) = TextureReader.Read(new ObjectPixels(field, shape.Placement, ForTexture), shape.Placement);
        return new ObjectReading(shape.Placement.Box, shape.Placement.Shape, shape.Confidence, color, colorConfidence, texture, textureConfidence);
    }
}
