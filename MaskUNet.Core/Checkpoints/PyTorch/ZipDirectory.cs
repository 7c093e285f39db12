using System.Buffers.Binary;
using System.Text;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>The directory of a zip archive, read strictly; what PyTorch writes is stored, not compressed, so entries are plain byte ranges.</summary>
/// <remarks>The layout is that of PKWARE's APPNOTE 6.3. <see cref="System.IO.Compression.ZipArchive"/> tells no offsets and checks no CRC.</remarks>
internal sealed class ZipDirectory
{
    private const uint LocalMagic = 0x04034B50, CentralMagic = 0x02014B50, EndMagic = 0x06054B50, Zip64LocatorMagic = 0x07064B50, Zip64EndMagic = 0x06064B50;
    private const int LocalSize = 30, CentralSize = 46, EndSize = 22, Zip64LocatorSize = 20, Zip64EndSize = 56;
    private const int LargestDirectory = 256 << 20;

    private readonly CheckpointBytes file;
    private readonly Dictionary<string, ZipEntry> entries = new(StringComparer.Ordinal);
    private ulong end; // of the entries: where the directory begins

    private ZipDirectory(CheckpointBytes file) => this.file = file;

    public IReadOnlyDictionary<string, ZipEntry> Entries => entries;

    public static ZipDirectory Read(CheckpointBytes file)
    {
        var directory = new ZipDirectory(file);
        directory.Read();
        return directory;
    }

    /// <summary>Finds the bytes of an entry.</summary>
    public ByteRange Locate(ZipEntry entry)
    {
        if ((entry.Flags & 1) != 0)
        {
            throw file.Error($"'{entry.Name}' is encrypted, which PyTorch never does");
        }

        if (entry.Method != 0 || entry.StoredSize != entry.Size)
        {
            throw file.Error($"'{entry.Name}' is compressed, which PyTorch never does; save the checkpoint again, or pack it without compression");
        }

        var header = Bytes(entry.HeaderOffset, LocalSize, entry.Name);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        var data = entry.HeaderOffset + LocalSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalMagic
            || Encoding.UTF8.GetString(Bytes(entry.HeaderOffset + LocalSize, nameLength, entry.Name)) != entry.Name)
        {
            throw file.Error($"'{entry.Name}' is not where the zip directory says; the file is damaged");
        }

        return data <= end && entry.Size <= end - data
            ? new(entry.Name, (long)data, (long)entry.Size, entry.Crc)
            : throw file.Error($"'{entry.Name}' would reach past the end of the zip's entries; the file is damaged");
    }

    private void Read()
    {
        var (count, size, offset, limit) = FindDirectory();
        if (offset > limit || size != limit - offset || size > LargestDirectory)
        {
            throw Damaged("its directory is not where its end record says");
        }

        end = offset;
        var bytes = Bytes(offset, (long)size, "directory").AsSpan();
        for (var i = 0UL; i < count; i++)
        {
            var entry = ReadEntry(ref bytes);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw file.Error($"the zip holds two entries named '{entry.Name}', and which one counts depends on the reader; the file is refused");
            }
        }

        if (bytes.Length > 0)
        {
            throw Damaged("its directory is longer than its end record says");
        }
    }

    private (ulong Count, ulong Size, ulong Offset, ulong Limit) FindDirectory()
    {
        var at = FindEnd();
        var record = Bytes((ulong)at, EndSize, "end record").AsSpan();
        var plain = (
            (ulong)BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
            (ulong)BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
            (ulong)BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
            (ulong)at);
        if (at < Zip64LocatorSize)
        {
            return plain;
        }

        var locator = Bytes((ulong)(at - Zip64LocatorSize), Zip64LocatorSize, "end record").AsSpan();
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Zip64LocatorMagic)
        {
            return plain;
        }

        var wideAt = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        var wide = Bytes(wideAt, Zip64EndSize, "zip64 end record").AsSpan();
        return BinaryPrimitives.ReadUInt32LittleEndian(wide) == Zip64EndMagic
            ? (BinaryPrimitives.ReadUInt64LittleEndian(wide[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(wide[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(wide[48..]),
                wideAt)
            : throw Damaged("its zip64 end record is not where it should be");
    }

    private long FindEnd()
    {
        var length = (int)Math.Min(file.Length, EndSize + ushort.MaxValue);
        var tail = new byte[length];
        file.Read(file.Length - length, tail);
        for (var at = length - EndSize; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == EndMagic
                && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - EndSize)
            {
                return file.Length - length + at;
            }
        }

        throw Damaged("its end record is missing, so the file is most likely truncated (an interrupted download?)");
    }

    private ZipEntry ReadEntry(ref Span<byte> bytes)
    {
        if (bytes.Length < CentralSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != CentralMagic)
        {
            throw Damaged("its directory ends too early");
        }

        var fixedPart = bytes;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        var total = CentralSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..]);
        if (bytes.Length < total)
        {
            throw Damaged("its directory ends too early");
        }

        var wide = Zip64Extra(bytes.Slice(CentralSize + nameLength, extraLength));
        var entry = new ZipEntry(
            Encoding.UTF8.GetString(bytes.Slice(CentralSize, nameLength)),
            BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]),
            Size: Wide(fixedPart[24..], ref wide),
            StoredSize: Wide(fixedPart[20..], ref wide),
            HeaderOffset: Wide(fixedPart[42..], ref wide));
        bytes = bytes[total..];
        return entry;
    }

    /// <summary>The 32-bit number at the start of the field, or the next number of the zip64 extra where it is all ones.</summary>
    private ulong Wide(ReadOnlySpan<byte> field, ref ReadOnlySpan<byte> wide)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (number != uint.MaxValue)
        {
            return number;
        }

        if (wide.Length < 8)
        {
            throw Damaged("a zip64 size is missing");
        }

        var value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[8..];
        return value;
    }

    private static ReadOnlySpan<byte> Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private byte[] Bytes(ulong offset, long length, string what)
    {
        if (offset > (ulong)file.Length || length > file.Length - (long)offset)
        {
            throw Damaged($"its '{what}' would lie past the end of the file");
        }

        var bytes = new byte[length];
        file.Read((long)offset, bytes);
        return bytes;
    }

    private CheckpointException Damaged(string reason) => file.Error($"the zip archive is damaged: {reason}");
}
