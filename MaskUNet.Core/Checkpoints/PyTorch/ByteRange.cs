namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>A run of a file's bytes with a name.</summary>
/// <param name="Name">What messages call it, as <c>archive/data/0</c>.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Crc">The CRC-32 that its bytes should have; null where the format keeps none.</param>
internal sealed record ByteRange(string Name, long Offset, long Length, uint? Crc)
{
    private const int Chunk = 1 << 20;

    /// <summary>Reads the bytes and compares their CRC.</summary>
    /// <exception cref="CheckpointException">They are damaged.</exception>
    public void Verify(CheckpointBytes file)
    {
        if (Crc is null)
        {
            return;
        }

        var (buffer, checksum) = (new byte[Math.Min(Chunk, Length)], new Checksum());
        for (var at = 0L; at < Length; at += buffer.Length)
        {
            file.Read(Offset + at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - at)), checksum);
        }

        Compare(file, checksum);
    }

    /// <summary>Compares the CRC of all bytes with the one that they should have.</summary>
    /// <exception cref="CheckpointException">They are damaged.</exception>
    public void Compare(CheckpointBytes file, Checksum read)
    {
        if (Crc is { } expected && read.Value != expected)
        {
            throw file.Error(
                $"the bytes of '{Name}' do not match their checksum (CRC {read.Value:x8}, not {expected:x8}); the file is damaged, copy it again");
        }
    }
}
