using MaskUNet.Shapes.Prompts;

namespace MaskUNet.Shapes.Scenes;

/// <summary>One object of a scene.</summary>
/// <param name="Shape">What it is.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Texture">Its texture.</param>
/// <param name="Turn">Steps of 45 degrees, 0 to 3, by which stripes are turned from upright; 0 for other textures.</param>
/// <param name="X">Its origin, pixels from the left edge.</param>
/// <param name="Y">Its origin, pixels from the top edge.</param>
/// <param name="Radius">Its size in pixels: a circle's radius; other shapes have about the same weight to the eye.</param>
public sealed record SceneObject(ShapeKind Shape, ShapeColor Color, ShapeTexture Texture, int Turn, double X, double Y, double Radius);
