using MaskUNet.Images;
using MaskUNet.Shapes.Judging;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Shapes.TrainRewards;

/// <summary>A picture and what the oracle reads in it.</summary>
internal sealed record SeenPicture(RgbImage Picture, IReadOnlyList<ObjectReading> Readings)
{
    /// <summary>A scene, which need not be looked at.</summary>
    public static SeenPicture Of(Scene scene) => new(scene.Render(), scene.Read());

    /// <summary>Any other.</summary>
    public static SeenPicture Of(RgbImage picture) => new(picture, SceneOracle.Read(picture));

    /// <summary>Whether an object has a look that no training may show.</summary>
    public bool IsHeldOut => Readings.Any(one => one is { Color: { } color, Texture: { } texture } && HeldOutLooks.Contains(one.Shape, color, texture));
}
