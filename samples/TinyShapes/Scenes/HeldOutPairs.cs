using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>
/// The pairs of colour and shape that no training scene shows: those with (colour + 3 shape) mod 8 = 5, both counted in the order of their
/// enumerations. Each colour and each shape lacks exactly one partner, so that all of them are learned, but 8 of the 64 pairs are new.
/// </summary>
public static class HeldOutPairs
{
    private const int Sizes = 8;

    /// <summary>Whether a pair is held out.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="shape">The shape.</param>
    public static bool Contains(ShapeColor color, ShapeKind shape) => ((int)color + (3 * (int)shape)) % Sizes == 5;

    /// <summary>The one colour in which a shape is held out.</summary>
    /// <param name="shape">The shape.</param>
    public static ShapeColor ColorOf(ShapeKind shape) => Enum.GetValues<ShapeColor>().Single(color => Contains(color, shape));

    /// <summary>Whether a prompt names a pair that is held out.</summary>
    /// <param name="prompt">The prompt.</param>
    public static bool Contains(ScenePrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Phrases.Any(phrase => phrase.Color is { } color && Contains(color, phrase.Shape));
    }
}
