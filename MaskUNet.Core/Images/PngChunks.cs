using System.Buffers.Binary;
using MaskUNet.Checkpoints.PyTorch;

namespace MaskUNet.Images;

/// <summary>The chunks that a PNG file consists of (PNG specification, third edition, section 5).</summary>
internal static class PngChunks
{
    private const int Overhead = 12; // length, type, CRC

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>All chunks up to IEND, each with its CRC checked.</summary>
    /// <exception cref="ImageException">The bytes are no PNG file, or a damaged one.</exception>
    public static List<(string Type, byte[] Data)> Read(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(Signature))
        {
            throw new ImageException($"{name} is not a PNG file: its first bytes are others.");
        }

        var chunks = new List<(string Type, byte[] Data)>();
        var at = Signature.Length;
        while (chunks.Count == 0 || chunks[^1].Type != "IEND")
        {
            if (file.Length - at < Overhead)
            {
                throw new ImageException($"{name} ends after {file.Length} bytes in the middle of a PNG file; copy or download it again.");
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - Overhead)
            {
                throw new ImageException($"{name} is damaged: a PNG chunk at byte {at} claims {length} bytes, {file.Length - at - Overhead} are left.");
            }

            var typeAndData = file.Slice(at + 4, (int)length + 4);
            if (Crc32.Append(0, typeAndData) != BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..]))
            {
                throw new ImageException($"{name} is damaged: the checksum of the PNG chunk at byte {at} is wrong.");
            }

            chunks.Add((System.Text.Encoding.Latin1.GetString(typeAndData[..4]), typeAndData[4..].ToArray()));
            at += Overhead + (int)length;
        }

        return chunks;
    }

    /// <summary>The file that consists of these chunks.</summary>
    public static byte[] Write(IEnumerable<(string Type, byte[] Data)> chunks)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> number = stackalloc byte[4];
        foreach (var (type, data) in chunks)
        {
            byte[] typeAndData = [.. System.Text.Encoding.Latin1.GetBytes(type), .. data];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(typeAndData);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(0, typeAndData));
            file.Write(number);
        }

        return file.ToArray();
    }
}
