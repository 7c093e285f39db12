using MaskUNet.Images;

namespace MaskUNet.Training;

/// <summary>
/// Parquet files with a column of pictures (PNG, JPEG or WebP files as binary, or in Hugging Face's struct of bytes and path) and one of captions.
/// A dataset may be larger than memory: row groups are read when a picture of theirs is asked for, whole, and the last few are kept. So row
/// groups of about a hundred pictures, as Hugging Face writes them, are read fastest in random order. Safe to share between threads; nothing is
/// kept open.
/// </summary>
public sealed class ParquetDataset : IPictureDataset
{
    private const string Extension = ".parquet";

    private readonly ParquetDatasetOptions options;
    private readonly List<(ParquetPictureFile File, int Group, long RowInFile, long FirstIndex)> groups = [];
    private readonly RowGroupCache cache;

    /// <summary>Reads the footers of one file, or of all *.parquet files in a folder and its subfolders, in the order of their paths.</summary>
    /// <param name="path">The file or folder. Where a folder holds several splits (train, test), name the files instead.</param>
    /// <param name="options">The columns' names, and how much is kept in memory.</param>
    /// <exception cref="DatasetException">There is no file, one cannot be read or is damaged, or a column is missing or of another type.</exception>
    public ParquetDataset(string path, ParquetDatasetOptions? options = null)
        : this(path, Files(path), options)
    {
    }

    private ParquetDataset(string name, IReadOnlyList<string> files, ParquetDatasetOptions? options)
    {
        (Name, this.options) = (name, options ?? new ParquetDatasetOptions());
        foreach (var file in files.Select(path => new ParquetPictureFile(path, this.options)))
        {
            var row = 0L;
            for (var group = 0; group < file.RowCounts.Count; group++)
            {
                groups.Add((file, group, row, Count));
                row += file.RowCounts[group];
                Count += file.RowCounts[group];
            }
        }

        if (Count < 1)
        {
            throw new DatasetException($"{name} has no rows; name a file that holds pictures.");
        }

        cache = new RowGroupCache(this.options.CachedRowGroups, number => groups[number].File.Read(groups[number].Group));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count { get; }

    /// <summary>Reads the footers of several files, which follow each other as named.</summary>
    /// <param name="files">The files, at least one.</param>
    /// <param name="options">The columns' names, and how much is kept in memory.</param>
    /// <exception cref="DatasetException">No file is named, one cannot be read or is damaged, or a column is missing or of another type.</exception>
    public static ParquetDataset OfFiles(IReadOnlyList<string> files, ParquetDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Count > 0
            ? new ParquetDataset(files.Count == 1 ? files[0] : $"{files[0]} and {files.Count - 1} more", files, options)
            : throw new DatasetException("No Parquet file is named; name at least one.");
    }

    /// <inheritdoc/>
    /// <remarks>A row without a picture or caption counts as damaged.</remarks>
    /// <exception cref="DatasetException">The file cannot be read any more, or its row group is damaged.</exception>
    public CaptionedPicture Load(long index)
    {
        if (index < 0 || index >= Count)
        {
            throw new InvalidOptionException($"{Name} has {Count} rows, counted from 0; there is no row {index}.");
        }

        var number = groups.FindLastIndex(group => group.FirstIndex <= index);
        var (rows, row) = (cache[number], (int)(index - groups[number].FirstIndex));
        var place = $"{groups[number].File.Path}, row {groups[number].RowInFile + row}, column";
        var file = rows.Images[row] ?? throw new ImageException($"{place} '{options.ImageColumn}' has no picture.");
        var caption = rows.Captions[row] ?? throw new ImageException($"{place} '{options.TextColumn}' has no caption.");
        return new CaptionedPicture(RgbImage.Decode(file.Span, $"{place} '{options.ImageColumn}'"), caption.ToString());
    }

    private static IReadOnlyList<string> Files(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = FolderFiles.List(path, Extension);
        return files.Length > 0
            ? [.. files.Select(file => Path.Combine(path, file))]
            : throw new DatasetException($"The folder {path} has no {Extension} files; name the folder that holds them.");
    }
}
