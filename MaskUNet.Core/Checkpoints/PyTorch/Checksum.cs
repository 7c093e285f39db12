namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The CRC-32 of bytes that are read one after the other.</summary>
internal sealed class Checksum
{
    /// <summary>Of all bytes so far.</summary>
    public uint Value { get; private set; }

    /// <summary>Takes the bytes that follow.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => Value = Crc32.Append(Value, bytes);
}
