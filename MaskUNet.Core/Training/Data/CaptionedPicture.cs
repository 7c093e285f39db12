using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>A picture and what it shows.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">The text; empty for a picture that is trained without one.</param>
public sealed record CaptionedPicture(RgbImage Picture, string Caption);
