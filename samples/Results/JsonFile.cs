using System.Text.Json;

namespace MaskUNet.Samples.Results;

/// <summary>A value in a file of its own, written whole or not at all.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The value, or nothing where there is no file.</summary>
    public static T? Load<T>(string path)
        where T : class => File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path)) : null;

    public static void Save<T>(string path, T value)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(value, Indented));
        File.Move(temporary, path, overwrite: true);
    }
}
