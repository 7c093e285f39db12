namespace MaskUNet.Shapes.Prompts;

/// <summary>The words of captions. Where there are several for a thing, the first is the plainest.</summary>
internal static class CaptionWords
{
    public const string And = "and";
    public const string With = "with";

    public static readonly IReadOnlyList<string> Openings = ["", "a picture of", "an image of", "a drawing of"];

    public static readonly IReadOnlyList<IReadOnlyList<string>> Counts = [["a", "an", "one"], ["two"], ["three"], ["four"]];

    public static readonly IReadOnlyList<(string One, string Many)> Shapes =
    [
        ("circle", "circles"), ("square", "squares"), ("triangle", "triangles"), ("star", "stars"),
        ("heart", "hearts"), ("diamond", "diamonds"), ("cross", "crosses"), ("ring", "rings"),
    ];

    public static readonly IReadOnlyList<string> Colors = [.. Enum.GetNames<ShapeColor>().Select(name => name.ToLowerInvariant())];

    public static readonly IReadOnlyList<string> Textures = [.. Enum.GetNames<ShapeTexture>().Select(name => name.ToLowerInvariant())];

    /// <summary>What follows "with"; nothing is plain that way.</summary>
    public static readonly IReadOnlyList<string?> Patterns = [null, "stripes", "dots", "checks"];

    public static readonly IReadOnlyList<IReadOnlyList<string>> Relations =
    [
        ["left of", "to the left of"], ["right of", "to the right of"], ["above", "over"], ["below", "under"],
    ];
}
