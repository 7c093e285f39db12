using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>
/// The combinations of shape, colour and texture that no training scene shows: those with (colour + 3 shape + 2 texture) mod 8 = 5, each
/// counted in the order of its enumeration. Each shape lacks one colour in each texture, so 32 of the 256 looks are new, but every pair of
/// shape and colour, of shape and texture and of colour and texture is learned.
/// </summary>
public static class HeldOutLooks
{
    private const int Colors = 8;
    private const int Rest = 5;

    /// <summary>Whether a look is held out.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="color">The colour.</param>
    /// <param name="texture">The texture.</param>
    public static bool Contains(ShapeKind shape, ShapeColor color, ShapeTexture texture) => color == ColorOf(shape, texture);

    /// <summary>The one colour in which a shape of a texture is held out.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="texture">The texture.</param>
    public static ShapeColor ColorOf(ShapeKind shape, ShapeTexture texture)
    {
        var offset = (3 * (int)shape) + (2 * (int)texture);
        return (ShapeColor)((Rest + (Colors * offset) - offset) % Colors);
    }

    /// <summary>Whether a prompt names a look that is held out; a texture that it does not name is plain.</summary>
    /// <param name="prompt">The prompt.</param>
    public static bool Contains(ScenePrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Phrases.Any(phrase => phrase.Color is { } color && Contains(phrase.Shape, color, phrase.Texture ?? ShapeTexture.Plain));
    }
}
