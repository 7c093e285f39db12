using MaskUNet.Images;
using MaskUNet.Latents;

namespace MaskUNet.Samples.ScoreImages;

/// <summary>Which prompt each picture was made for.</summary>
internal sealed class PromptList
{
    private static readonly HashSet<string> Extensions = new([".png", ".jpg", ".jpeg", ".webp"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string>? byFile;

    /// <param name="csv">The path of a file with the columns file and prompt, or null.</param>
    public PromptList(string? csv) => byFile = csv is null ? null : Csv.Read(csv, "file", "prompt");

    /// <summary>The pictures of a folder with their prompts, by name.</summary>
    /// <exception cref="MaskUNetException">There is no picture.</exception>
    public IReadOnlyList<(string File, string Prompt)> Of(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidOptionException($"There is no folder '{folder}': give the folder that holds the pictures.");
        }

        string[] files = [.. Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        var found = Known(files).ToList();
        return found.Count > 0
            ? found
            : throw new InvalidOptionException($"The folder '{folder}' holds no picture {(byFile is null ? "(PNG, JPEG or WebP)" : "that the CSV file names")}.");
    }

    // Where pictures carry their prompts, those that carry none are others, such as sheets of all.
    private IEnumerable<(string File, string Prompt)> Known(string[] files)
    {
        var prompts = files.Select(file => byFile is null ? OfRequest(file) : byFile.GetValueOrDefault(Path.GetFileName(file))).ToList();
        var areKnown = byFile is not null || prompts.Exists(prompt => prompt is not null);
        return files.Zip(prompts, (file, prompt) => (file, prompt ?? (areKnown ? "" : OfName(Path.GetFileName(file))))).Where((_, i) => !areKnown || prompts[i] is not null);
    }

    // T2I-CompBench names pictures "a green bench_000001.png".
    private static string OfName(string name) => Path.GetFileNameWithoutExtension(name).Split('_')[0].Replace('-', ' ').Trim();

    private static string? OfRequest(string file)
    {
        try
        {
            return Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase) 
                ? PngText.Read(file).GetValueOrDefault(GeneratedImage.PromptKeyword)
                : null;
        }
        catch (MaskUNetException)
        {
            return null; // a damaged picture is reported when it is scored
        }
    }
}
