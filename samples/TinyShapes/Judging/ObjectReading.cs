using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Judging;

/// <summary>An object that the oracle found. What it could not make out is null, with a confidence of 0.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Shape">What it is.</param>
/// <param name="ShapeConfidence">How well the outline fits, and no other does: [0, 1].</param>
/// <param name="Color">Its colour, or null.</param>
/// <param name="ColorConfidence">How pure and how clearly that colour it is: [0, 1].</param>
/// <param name="Texture">Its texture, or null.</param>
/// <param name="TextureConfidence">How well the pattern fits, and no other does: [0, 1].</param>
public sealed record ObjectReading(
    ObjectBox Box, ShapeKind Shape, double ShapeConfidence, ShapeColor? Color, double ColorConfidence, ShapeTexture? Texture, double TextureConfidence);
