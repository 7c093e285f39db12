using System.Text.RegularExpressions;

namespace MaskUNet.Checkpoints;

/// <summary>Puts into words how a checkpoint and a model differ: every key counted, alike ones together, and the likely cause.</summary>
internal static partial class StateDictReport
{
    private const int MostGroups = 8;

    /// <summary>Describes the difference.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="source">The weights.</param>
    /// <param name="missing">Keys that the model needs and the weights lack.</param>
    /// <param name="unexpected">Keys that the weights have and the model does not need.</param>
    /// <param name="misshapen">Keys whose shapes differ, with words for both shapes that may follow the key.</param>
    public static string Describe(
        string model,
        IWeightSource source,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected,
        IReadOnlyList<(string Key, string Shapes)> misshapen)
    {
        string[] sentences =
        [
            $"{source.Name} does not fit {model}.",
            Cause(source, missing, unexpected),
            Part("missing", [.. missing.Select(key => (key, ""))]),
            Part("unexpected", [.. unexpected.Select(key => (key, ""))]),
            Part("of another shape", misshapen),
        ];
        return string.Join(' ', sentences.Where(sentence => sentence.Length > 0));
    }

    private static string Cause(IWeightSource source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected)
    {
        if (PrefixOf(missing, unexpected) is { } prefix)
        {
            return $"Its keys carry the prefix '{prefix}'.";
        }

        var kind = source.Entries is null ? CheckpointKind.Unknown : CheckpointContent.KindOf(source.Entries);
        return kind == CheckpointKind.Unknown ? "" : $"It looks like {CheckpointContent.Describe(kind)}.";
    }

    private static string? PrefixOf(IReadOnlyList<string> missing, IReadOnlyList<string> unexpected)
    {
        if (missing.Count == 0 || unexpected.FirstOrDefault(key => key.EndsWith("." + missing[0], StringComparison.Ordinal)) is not { } match)
        {
            return null;
        }

        var prefix = match[..^missing[0].Length];
        var known = unexpected.ToHashSet(StringComparer.Ordinal);
        return missing.All(key => known.Contains(prefix + key)) ? prefix : null;
    }

    private static string Part(string what, IReadOnlyList<(string Key, string Note)> keys)
    {
        if (keys.Count == 0)
        {
            return "";
        }

        // Numbered layers are alike; where even that leaves many groups, only the model's outer parts are told apart.
        var groups = keys.GroupBy(key => (Pattern: Number().Replace(key.Key, "*"), key.Note)).ToList();
        var lines = groups.Count <= MostGroups
            ? groups.Select(group => (group.Count() == 1 ? group.First().Key : $"{group.Key.Pattern} ({group.Count()})") + group.Key.Note)
            : keys.GroupBy(key => Outer(key.Key)).Select(group => $"{group.Key}... ({group.Count()}, such as {group.First().Key}{group.First().Note})");
        var shown = lines.ToList();
        var rest = shown.Count - MostGroups;
        return $"{keys.Count} {what}: {string.Join("; ", shown.Take(MostGroups))}{(rest > 0 ? $"; and {rest} more groups" : "")}.";
    }

    private static string Outer(string key)
    {
        var parts = key.Split('.');
        return string.Join('.', parts.Take(parts.Length > 2 ? 2 : 1));
    }

    [GeneratedRegex(@"(?<=\.|^)[0-9]+(?=\.|$)")]
    private static partial Regex Number();
}
