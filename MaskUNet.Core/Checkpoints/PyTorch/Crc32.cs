using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The CRC-32 of zip archives and PNG chunks (polynomial 0xEDB88320, reflected).</summary>
/// <remarks>
/// Wide blocks are folded by carry-less multiplication where the processor has it, after V. Gopal et al., "Fast CRC Computation for
/// Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009), whose constants these are; otherwise eight bytes a step by tables.
/// </remarks>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The CRC of all bytes so far, given that of the bytes before.</summary>
    /// <param name="crc">The CRC of the bytes before; 0 at the start.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= 128)
        {
            var folded = bytes.Length & ~15;
            crc = Fold(crc, MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes[..folded]));
            bytes = bytes[folded..];
        }

        return ~ByTable(crc, bytes);
    }

    /// <summary>The same by tables alone.</summary>
    internal static uint ByTable(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var next = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = 0;
            for (var i = 0; i < 8; i++)
            {
                crc ^= Tables[7 - i][(byte)(next >> (8 * i))];
            }
        }

        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ Tables[0][(byte)(crc ^ value)];
        }

        return crc;
    }

    private static uint Fold(uint crc, ReadOnlySpan<Vector128<ulong>> blocks)
    {
        var by64Bytes = Vector128.Create(0x154442BD4UL, 0x1C6E41596UL);
        var by16Bytes = Vector128.Create(0x1751997D0UL, 0x0CCAA009EUL);
        var (a, b, c, d) = (blocks[0] ^ Vector128.CreateScalar((ulong)crc), blocks[1], blocks[2], blocks[3]);
        for (blocks = blocks[4..]; blocks.Length >= 4; blocks = blocks[4..])
        {
            a = Multiply(a, by64Bytes) ^ blocks[0];
            b = Multiply(b, by64Bytes) ^ blocks[1];
            c = Multiply(c, by64Bytes) ^ blocks[2];
            d = Multiply(d, by64Bytes) ^ blocks[3];
        }

        a = Multiply(a, by16Bytes) ^ b;
        a = Multiply(a, by16Bytes) ^ c;
        a = Multiply(a, by16Bytes) ^ d;
        foreach (var block in blocks)
        {
            a = Multiply(a, by16Bytes) ^ block;
        }

        // The CRC of the folded 16 bytes, from an empty start, is that of everything.
        Span<byte> rest = stackalloc byte[16];
        MemoryMarshal.Write(rest, a);
        return ByTable(0, rest);
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> value, Vector128<ulong> factors) =>
        Pclmulqdq.CarrylessMultiply(value, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, factors, 0x11);

    private static uint[][] MakeTables()
    {
        var tables = Enumerable.Range(0, 8).Select(_ => new uint[256]).ToArray();
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            tables[0][i] = crc;
        }

        for (var t = 1; t < 8; t++)
        {
            for (var i = 0; i < 256; i++)
            {
                tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][(byte)tables[t - 1][i]];
            }
        }

        return tables;
    }
}
