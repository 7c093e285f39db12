namespace MaskUNet.Training;

/// <summary>How a Parquet dataset is laid out and read. Immutable.</summary>
public sealed record ParquetDatasetOptions
{
    private const int MostCachedRowGroups = 1024;

    /// <summary>The column of the pictures' files: binary, or a struct whose field bytes is binary, as Hugging Face writes it; "image" by default.</summary>
    public string ImageColumn { get; init; } = "image";

    /// <summary>The column of the captions; "text" by default.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The most row groups that are kept in memory, from 1 to 1024; 4 by default. Each thread that reads holds one more.</summary>
    /// <exception cref="InvalidOptionException">The number lies outside.</exception>
    public int CachedRowGroups
    {
        get;
        init => field = value is >= 1 and <= MostCachedRowGroups
            ? value
            : throw new InvalidOptionException($"CachedRowGroups is {value}; it must lie between 1 and {MostCachedRowGroups}.");
    } = 4;
}
