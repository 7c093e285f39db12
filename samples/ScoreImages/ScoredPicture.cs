namespace MaskUNet.Samples.ScoreImages;

/// <summary>A picture and what each reward says of it.</summary>
/// <param name="File">Its path.</param>
/// <param name="Prompt">What it should show.</param>
/// <param name="Scores">A score a reward, in their order.</param>
internal sealed record ScoredPicture(string File, string Prompt, IReadOnlyList<double> Scores);
