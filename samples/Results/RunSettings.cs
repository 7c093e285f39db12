using System.Security.Cryptography;
using System.Text.Json;

namespace MaskUNet.Samples.Results;

/// <summary>What the pictures in a folder were made with, so that no run goes on with something else.</summary>
internal sealed class RunSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Candidates of each choice; 0 until it has been measured how many cost what guiding costs.</summary>
    public int Candidates { get; set; }

    /// <summary>Descriptions by what they describe.</summary>
    public Dictionary<string, string> MadeWith { get; init; } = [];

    public static RunSettings Load(string path) => File.Exists(path) ? JsonSerializer.Deserialize<RunSettings>(File.ReadAllText(path))! : new RunSettings();

    /// <summary>The weights of a file or of all files in a folder, as a short text.</summary>
    public static string Hash(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*.safetensors", SearchOption.AllDirectories);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>Notes what something is made with.</summary>
    /// <exception cref="InvalidOptionException">It was made with something else before.</exception>
    public void Note(string what, string madeWith)
    {
        if (!MadeWith.TryAdd(what, madeWith) && MadeWith[what] != madeWith)
        {
            throw new InvalidOptionException($"The pictures in the output folder were made with another {what} ({MadeWith[what]}, now {madeWith}); give --output a new folder.");
        }
    }

    public void Save(string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, Indented));
        File.Move(temporary, path, overwrite: true);
    }
}
