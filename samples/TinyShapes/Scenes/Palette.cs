using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>The colours of objects: saturated, and bright enough for their dark shade to stand out on them.</summary>
internal static class Palette
{
    /// <summary>A texture's ink, as a share of the colour.</summary>
    public const double Ink = 0.3;

    private static readonly Tone[] Tones =
    [
        new(222, 42, 42), new(248, 142, 28), new(248, 216, 44), new(38, 172, 70),
        new(36, 200, 216), new(42, 88, 224), new(142, 58, 206), new(246, 98, 178),
    ];

    public static Tone Of(ShapeColor color) => Tones[(int)color];
}
