using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>Two pictures for one prompt, and which of them is preferred.</summary>
/// <param name="Prompt">What both should show.</param>
/// <param name="Better">The preferred picture.</param>
/// <param name="Worse">The other.</param>
public sealed record PictureComparison(string Prompt, RgbImage Better, RgbImage Worse);
