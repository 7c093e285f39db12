namespace MaskUNet.Shapes.Judging;

/// <summary>How well a picture binds attributes to objects, after T2I-CompBench; each score is in [0, 1].</summary>
/// <param name="Color">Over the phrases that name a colour; null if none does.</param>
/// <param name="Shape">Over all phrases.</param>
/// <param name="Texture">Over the phrases that name a texture; null if none does.</param>
public sealed record CompBenchScores(double? Color, double Shape, double? Texture);
