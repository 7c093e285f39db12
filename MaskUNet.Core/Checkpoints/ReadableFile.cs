namespace MaskUNet.Checkpoints;

/// <summary>Reads files and folders, so that one that cannot be read is always reported the same way.</summary>
internal static class ReadableFile
{
    /// <summary>Reads something.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="read">Reads it to its end; nothing lazy may be left.</param>
    /// <exception cref="CheckpointException">It is missing or cannot be read.</exception>
    public static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {e.Message} Check that it is there and may be read.", e);
        }
    }
}
