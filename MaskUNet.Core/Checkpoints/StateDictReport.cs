namespace MaskUNet.Checkpoints;

/// <summary>Puts into words how a checkpoint and a model differ.</summary>
internal static class StateDictReport
{
    private const int Shown = 5;

    public static string Describe(
        string model, string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen)
    {
        var parts = new[] { Part("missing", missing), Part("unexpected", unexpected), Part("of another shape", misshapen) };
        return $"{source} does not fit {model}. " + string.Join(" ", parts.Where(part => part.Length > 0));
    }

    private static string Part(string what, IReadOnlyList<string> keys) => keys.Count == 0
        ? ""
        : $"{keys.Count} {what}: {string.Join("; ", keys.Take(Shown))}{(keys.Count > Shown ? "; ..." : "")}.";
}
