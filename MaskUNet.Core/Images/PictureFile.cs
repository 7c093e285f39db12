using MaskUNet.Runtime;

namespace MaskUNet.Images;

/// <summary>Pictures' files, with this library's exceptions.</summary>
internal static class PictureFile
{
    public static byte[] Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageException($"The picture {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes whole or not at all; a missing folder is made.</summary>
    public static void Write(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var whole = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            AtomicFile.Write(whole, bytes, static (file, content) => file.Write(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageException($"The picture {path} cannot be written: {e.Message}", e);
        }
    }
}
