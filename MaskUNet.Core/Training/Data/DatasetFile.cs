using System.Text;

namespace MaskUNet.Training;

/// <summary>Reads a dataset's folders and texts, so that one that cannot be read is always reported the same way.</summary>
internal static class DatasetFile
{
    /// <summary>UTF-8 that refuses bytes that are none.</summary>
    public static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads something.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="read">Reads it to its end; nothing lazy may be left.</param>
    /// <exception cref="DatasetException">It is missing, cannot be read, or is no UTF-8.</exception>
    public static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (DecoderFallbackException e)
        {
            throw new DatasetException($"{path} is not UTF-8: save it as UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message} Check that it is there and may be read.", e);
        }
    }
}
