namespace MaskUNet.Samples.Results;

/// <summary>A page that people write, with a part that the program writes.</summary>
internal static class Document
{
    private const string Begin = "<!-- begin: written by samples/Results -->";
    private const string End = "<!-- end: written by samples/Results -->";

    /// <summary>Puts text between the marks, or makes a page of it where there is none.</summary>
    /// <exception cref="InvalidOptionException">The page has no marks.</exception>
    public static void Write(string path, string text)
    {
        var page = File.Exists(path) ? File.ReadAllText(path) : $"# Results\n\n{Begin}\n{End}\n";
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOptionException($"{path} has no place for the tables: put the lines '{Begin}' and '{End}' where they shall stand.");
        }

        File.WriteAllText(path, $"{page[..begin]}{Begin}\n\n{text}\n\n{page[end..]}");
    }
}
