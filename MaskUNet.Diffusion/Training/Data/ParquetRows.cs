namespace MaskUNet.Training;

/// <summary>A row group in memory; null where the file has null.</summary>
/// <param name="Images">Picture files.</param>
/// <param name="Captions">Texts.</param>
internal sealed record ParquetRows(ReadOnlyMemory<byte>?[] Images, ReadOnlyMemory<char>?[] Captions);
