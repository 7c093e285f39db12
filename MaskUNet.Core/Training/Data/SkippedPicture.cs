namespace MaskUNet.Training;

/// <summary>A damaged picture, which was left out.</summary>
/// <param name="Index">Its number in the dataset.</param>
/// <param name="Reason">Its name and what is wrong with it.</param>
public sealed record SkippedPicture(long Index, string Reason);
