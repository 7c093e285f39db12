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

    /// <summary>Writes under a temporary name in the same folder and moves it into place: a reader sees the old file or the whole new one.</summary>
    public static void Write(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var whole = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            var temporary = $"{whole}.{Guid.NewGuid():N}.tmp";
            try
            {
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, whole, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageException($"The picture {path} cannot be written: {e.Message}", e);
        }
    }
}
