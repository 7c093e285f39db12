using System.IO.Enumeration;

namespace MaskUNet.Training;

/// <summary>Files of a folder and its subfolders, in an order that does not depend on the file system.</summary>
internal static class FolderFiles
{
    // Hidden files are leftovers of file managers and notebooks.
    private static readonly EnumerationOptions Visible = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Lists files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extensions">Which files; small or capital letters.</param>
    /// <returns>Paths below the folder, with '/', sorted by their UTF-16 codes.</returns>
    /// <exception cref="DatasetException">The folder is missing or cannot be read.</exception>
    public static string[] List(string folder, params string[] extensions)
    {
        var paths = DatasetFile.Read(folder, root => new FileSystemEnumerable<string>(root, (ref entry) => entry.ToFullPath(), Visible)
        {
            ShouldIncludePredicate = (ref entry) =>
                !entry.IsDirectory && extensions.Contains(Path.GetExtension(entry.FileName.ToString()), StringComparer.OrdinalIgnoreCase),
            // A linked folder may lead round in a circle; linked files are read.
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.Select(path => Below(root, path)).ToArray());
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    /// <summary>A path as it is written below a folder, with '/'; it begins with ".." where it leaves the folder.</summary>
    public static string Below(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
