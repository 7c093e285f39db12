using Parquet;
using Parquet.Schema;

namespace MaskUNet.Tests.Training.Data;

/// <summary>Writes Parquet files as datasets have them.</summary>
internal static class ParquetFiles
{
    /// <summary>In Hugging Face's layout: a struct of bytes and path, and a text.</summary>
    public static async Task WriteAsync(string path, params (byte[]? Image, string? Text)[][] groups)
    {
        var (bytes, name, text) = (new DataField("bytes", typeof(byte[])), new DataField("path", typeof(string)), new DataField("text", typeof(string)));
        await WriteAsync(path, new ParquetSchema(new StructField("image", bytes, name), new DataField("id", typeof(int)), text), groups, async (group, schema, rows) =>
        {
            var present = rows.Where(row => row.Image is not null).Select(row => (ReadOnlyMemory<byte>)row.Image).ToArray();
            var levels = rows.Select((row, i) => row.Image is null ? i % 2 : bytes.MaxDefinitionLevel).ToArray(); // no struct, or no bytes in it
            await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(bytes, present, levels, null, default);
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(name, default, levels.Select(level => Math.Min(level, 1)).ToArray(), null, default);
            await group.WriteAsync<int>((DataField)schema[1], Enumerable.Range(0, rows.Length).ToArray());
            await group.WriteAsync(text, rows.Select(row => row.Text).ToArray());
        });
    }

    /// <summary>With plain columns.</summary>
    public static Task WritePlainAsync(string path, string imageName, string textName, params (byte[]? Image, string? Text)[][] groups) => WriteAsync(
        path, new ParquetSchema(new DataField(textName, typeof(string)), new DataField(imageName, typeof(byte[]))), groups, async (group, schema, rows) =>
        {
            await group.WriteAsync(schema.DataFields[0], rows.Select(row => row.Text).ToArray());
            await group.WriteAsync(schema.DataFields[1], rows.Select(row => row.Image).ToArray());
        });

    private static async Task WriteAsync(
        string path, ParquetSchema schema, (byte[]? Image, string? Text)[][] groups, Func<ParquetRowGroupWriter, ParquetSchema, (byte[]? Image, string? Text)[], Task> write)
    {
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        foreach (var rows in groups)
        {
            using var group = writer.CreateRowGroup();
            await write(group, schema, rows);
        }
    }
}
