using Parquet.Schema;

namespace MaskUNet.Training;

/// <summary>Finds the columns of pictures and captions in a file's schema.</summary>
internal static class ParquetColumns
{
    private const string BytesField = "bytes";

    /// <summary>The column of picture files: binary, or the field bytes of a struct.</summary>
    /// <exception cref="DatasetException">There is no such column, or it holds something else.</exception>
    public static DataField Images(ParquetSchema schema, string name, string file)
    {
        var found = Find(schema, name, file);
        return (found is StructField parts ? parts.Fields.FirstOrDefault(part => part.Name == BytesField) : found)
            as DataField is { MaxRepetitionLevel: 0 } data && data.ClrType == typeof(ReadOnlyMemory<byte>)
            ? data
            : throw new DatasetException($"{file}: column '{name}' is {Kind(found)}; pictures are binary, or a struct with a binary field '{BytesField}'.");
    }

    /// <summary>The column of captions.</summary>
    /// <exception cref="DatasetException">There is no such column, or it holds something else.</exception>
    public static DataField Captions(ParquetSchema schema, string name, string file)
    {
        var found = Find(schema, name, file);
        return found is DataField { MaxRepetitionLevel: 0 } data && data.ClrType == typeof(ReadOnlyMemory<char>)
            ? data
            : throw new DatasetException($"{file}: column '{name}' is {Kind(found)}; captions are texts.");
    }

    private static Field Find(ParquetSchema schema, string name, string file) => schema.Fields.FirstOrDefault(field => field.Name == name)
        ?? throw new DatasetException($"{file} has no column '{name}'; it has {string.Join(", ", schema.Fields.Select(field => $"'{field.Name}'"))}. Name the right one in the options.");

    private static string Kind(Field field) => field switch
    {
        DataField data when data.ClrType == typeof(ReadOnlyMemory<char>) => data.MaxRepetitionLevel > 0 ? "a list of texts" : "text",
        DataField data when data.ClrType == typeof(ReadOnlyMemory<byte>) => data.MaxRepetitionLevel > 0 ? "a list of binaries" : "binary",
        DataField data => $"of type {data.ClrType.Name}",
        StructField parts => $"a struct of {string.Join(", ", parts.Fields.Select(part => $"'{part.Name}'"))}",
        _ => $"a {field.SchemaType}",
    };
}
