using Parquet;
using Parquet.Schema;

namespace MaskUNet.Training;

/// <summary>A Parquet file of captioned pictures. Nothing is kept open; safe to share between threads.</summary>
internal sealed class ParquetPictureFile
{
    private const int AfterFooter = 8; // its length, and the mark PAR1
    private readonly ParquetDatasetOptions options;

    /// <summary>Reads the footer.</summary>
    /// <exception cref="DatasetException">The file cannot be read, or lacks a column.</exception>
    public ParquetPictureFile(string path, ParquetDatasetOptions options)
    {
        (Path, this.options) = (path, options);
        RowCounts = Open("the footer", reader =>
        {
            Columns(reader);
            return Task.FromResult<IReadOnlyList<long>>([.. reader.RowGroups.Select(group => group.RowCount)]);
        });
    }

    public string Path { get; }

    /// <summary>Rows of each row group.</summary>
    public IReadOnlyList<long> RowCounts { get; }

    /// <summary>Reads the two columns of a row group.</summary>
    /// <exception cref="DatasetException">The file cannot be read any more, or is damaged.</exception>
    public ParquetRows Read(int group) => Open($"row group {group}", async reader =>
    {
        var (images, captions) = Columns(reader);
        var rows = reader.OpenRowGroupReader(group);
        return new ParquetRows(
            await ValuesAsync<ReadOnlyMemory<byte>>(rows, images).ConfigureAwait(false),
            await ValuesAsync<ReadOnlyMemory<char>>(rows, captions).ConfigureAwait(false));
    });

    // Parquet.Net's own nullable readers take no column inside a struct.
    private static async Task<T?[]> ValuesAsync<T>(ParquetRowGroupReader rows, DataField column)
        where T : struct
    {
        var values = new T[checked((int)rows.RowCount)];
        var levels = new int[column.MaxDefinitionLevel > 0 ? values.Length : 0];
        if (rows.GetMetadata(column)?.MetaData?.NumValues != values.Length)
        {
            throw new InvalidDataException($"column '{column.Path}' has not one value a row");
        }

        await rows.ReadRawAsync<T>(column, values, column.MaxDefinitionLevel > 0 ? levels : null, null).ConfigureAwait(false);
        if (levels.Length == 0)
        {
            return [.. values.Select(value => (T?)value)];
        }

        // Values stand without gaps; a row has one where nothing on the column's path is null.
        var next = 0;
        return [.. levels.Select(level => level == column.MaxDefinitionLevel ? values[next++] : (T?)null)];
    }

    private (DataField Images, DataField Captions) Columns(ParquetReader reader)
    {
        var schema = reader.Schema;
        return (ParquetColumns.Images(schema, options.ImageColumn, Path), ParquetColumns.Captions(schema, options.TextColumn, Path));
    }

    // Parquet.Net reads a footer without its end mark for ever.
    private static void CheckFooterEnds(FiniteReads stream)
    {
        if (stream.Length > AfterFooter)
        {
            stream.Seek(-AfterFooter - 1, SeekOrigin.End);
            if (stream.ReadByte() != 0)
            {
                throw new InvalidDataException("the footer has no end");
            }
        }
    }

    private T Open<T>(string part, Func<ParquetReader, Task<T>> read)
    {
        try
        {
            // On a thread of its own, so that a caller's synchronization context is not waited for.
            return Task.Run(async () =>
            {
                var stream = new FiniteReads(File.OpenRead(Path));
                await using (stream.ConfigureAwait(false))
                {
                    CheckFooterEnds(stream);
                    return await read(await ParquetReader.CreateAsync(stream).ConfigureAwait(false)).ConfigureAwait(false);
                }
            }).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{Path} cannot be read as a Parquet file: {e.Message} Check that it is there, may be read and is whole.", e);
        }
        catch (Exception e) when (e is not MaskUNetException)
        {
            // A damaged file makes Parquet.Net fail in any way.
            throw new DatasetException($"{Path} is damaged at {part} ({e.Message}); copy or download it again.", e);
        }
    }
}
