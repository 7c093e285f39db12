using MaskUNet.Images;

namespace MaskUNet.Rewards;

/// <summary>A picture's place among several for one prompt.</summary>
/// <param name="Rank">1 for the best.</param>
/// <param name="Index">Its number, from 0, in the list that was ranked.</param>
/// <param name="Image">The picture.</param>
/// <param name="Score">Its score.</param>
public sealed record RankedPicture(int Rank, int Index, RgbImage Image, double Score);
