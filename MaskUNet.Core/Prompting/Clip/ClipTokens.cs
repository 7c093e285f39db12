namespace MaskUNet.Prompting.Clip;

/// <summary>A prompt as the text encoder takes it.</summary>
/// <param name="Ids">As many ids as the model has positions: start, words, end, padding.</param>
/// <param name="Dropped">The decoded text that did not fit, or an empty string.</param>
public sealed record ClipTokens(IReadOnlyList<long> Ids, string Dropped);
