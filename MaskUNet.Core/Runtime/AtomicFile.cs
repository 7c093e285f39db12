namespace MaskUNet.Runtime;

/// <summary>Files that are written whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes under a temporary name in the same folder, flushes to the disk and moves into place: a reader sees the old file or the whole new one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">What is written, for <paramref name="write"/>.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mode">Who may do what with the file; the system's default if null. Ignored on Windows.</param>
    public static void Write<TContent>(string path, TContent content, Action<FileStream, TContent> write, UnixFileMode? mode = null)
        where TContent : allows ref struct
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                write(file, content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Deletes what writings of a file left that were killed before they were done. Nobody may be writing it now.</summary>
    public static void ForgetUnfinished(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var file in Directory.GetFiles(folder, Path.GetFileName(path) + ".*.tmp"))
        {
            File.Delete(file);
        }
    }
}
