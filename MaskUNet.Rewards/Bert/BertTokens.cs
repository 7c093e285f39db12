namespace MaskUNet.Rewards.Bert;

/// <summary>A text as a BERT model takes it.</summary>
/// <param name="Ids">As many ids as asked for: start, words, end, padding.</param>
/// <param name="Length">How many of them are not padding.</param>
/// <param name="Dropped">The words that did not fit, or an empty string.</param>
public sealed record BertTokens(IReadOnlyList<long> Ids, int Length, string Dropped);
