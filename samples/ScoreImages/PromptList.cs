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

        var found = Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)
            .Select(file => (File: file, Prompt: PromptOf(file))).Where(one => one.Prompt is not null).Select(one => (one.File, one.Prompt!)).ToList();
        return found.Count > 0
            ? found
            : throw new InvalidOptionException($"The folder '{folder}' holds no picture {(byFile is null ? "(PNG, JPEG or WebP)" : "that the CSV file names")}.");
    }

    private string? PromptOf(string file)
    {
        var name = Path.GetFileName(file);
        return byFile is not null ? byFile.GetValueOrDefault(name) : OfRequest(file) ?? OfName(name);
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
