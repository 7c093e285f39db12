namespace MaskUNet.Shapes.Prompts;

/// <summary>Equal objects of a prompt: "two blue squares". What it does not name may be anything.</summary>
public sealed record ObjectPhrase
{
    /// <summary>The most objects of a scene.</summary>
    public const int MostObjects = 4;

    /// <summary>Creates the phrase.</summary>
    /// <param name="shape">What the objects are.</param>
    /// <param name="color">Their colour; null (default) if it is not named.</param>
    /// <param name="texture">Their texture; null (default) if it is not named.</param>
    /// <param name="count">How many, 1 (default) to 4.</param>
    /// <exception cref="InvalidOptionException">The number is out of range.</exception>
    public ObjectPhrase(ShapeKind shape, ShapeColor? color = null, ShapeTexture? texture = null, int count = 1)
    {
        if (count is < 1 or > MostObjects)
        {
            throw new InvalidOptionException($"A phrase has 1 to {MostObjects} objects, not {count}.");
        }

        (Shape, Color, Texture, Count) = (shape, color, texture, count);
    }

    /// <summary>What the objects are.</summary>
    public ShapeKind Shape { get; }

    /// <summary>Their colour, if it is named.</summary>
    public ShapeColor? Color { get; }

    /// <summary>Their texture, if it is named.</summary>
    public ShapeTexture? Texture { get; }

    /// <summary>How many there are, 1 to 4.</summary>
    public int Count { get; }
}
