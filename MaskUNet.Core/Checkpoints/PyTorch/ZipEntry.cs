namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>An entry of a zip archive's directory.</summary>
internal sealed record ZipEntry(string Name, ushort Flags, ushort Method, uint Crc, ulong StoredSize, ulong Size, ulong HeaderOffset);
