namespace MaskUNet.Samples.Results;

/// <summary>What the pictures of all rows have in common, so that they can be compared one by one.</summary>
/// <param name="Prompt">The prompt's number.</param>
/// <param name="Seed">Which picture of the prompt.</param>
internal readonly record struct PictureKey(int Prompt, int Seed);
