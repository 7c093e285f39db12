using System.Runtime.Versioning;

namespace MaskUNet.Runtime;

/// <summary>A folder of this user's alone for native files that are made at run time.</summary>
[UnsupportedOSPlatform("windows")]
internal static class NativeCache
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Where the files of this user belong, or null for a user without a home.</summary>
    public static string? UserFolder() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "MaskUNet", "native")
            : null;

    /// <summary>Makes sure that a file with exactly this content lies in the folder. Safe with several processes at once.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written, or is another user's.</exception>
    public static string Store(string folder, string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        File.SetUnixFileMode(folder, OwnerOnly); // only its owner may, so nobody else can put a library there

        var path = Path.Combine(folder, name);
        if (!Holds(path, content))
        {
            AtomicFile.Write(path, content, static (file, bytes) => file.Write(bytes), OwnerOnly);
        }

        return path;
    }

    private static bool Holds(string path, ReadOnlySpan<byte> content) =>
        new FileInfo(path) is { Exists: true } file && file.Length == content.Length && content.SequenceEqual(File.ReadAllBytes(path));
}
