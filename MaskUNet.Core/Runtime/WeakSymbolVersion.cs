using System.Buffers.Binary;
using System.Text;

namespace MaskUNet.Runtime;

/// <summary>
/// Marks one symbol version that an ELF library asks for as weak, so that the dynamic loader no longer refuses the library where the
/// version is absent. Only right for a version that no called symbol belongs to.
/// </summary>
internal static class WeakSymbolVersion
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2;                    // VER_FLG_WEAK
    private const int SectionHeaderSize = 64;

    /// <summary>Edits a 64-bit little-endian ELF image in place.</summary>
    /// <returns>How many entries of that version were found and marked; 0 when the image is not such a file or does not name the version.</returns>
    public static int Mark(Span<byte> image, string version)
    {
        try
        {
            return IsElf64LittleEndian(image) ? MarkSections(image, Encoding.ASCII.GetBytes(version)) : 0;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return 0; // offsets that leave the file: damaged or foreign
        }
    }

    private static bool IsElf64LittleEndian(ReadOnlySpan<byte> image) =>
        image.Length > 64 && image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8);

    private static int MarkSections(Span<byte> image, ReadOnlySpan<byte> version)
    {
        var sections = Offset(image, 0x28);
        int count = Half(image, 0x3c);
        var marked = 0;
        for (var i = 0; i < count; i++)
        {
            var header = image.Slice(checked(sections + (i * SectionHeaderSize)), SectionHeaderSize);
            if (Word(header, 4) == VersionNeedSection)
            {
                var names = image.Slice(checked(sections + ((int)Word(header, 40) * SectionHeaderSize)), SectionHeaderSize);
                var table = image.Slice(Offset(names, 24), Offset(names, 32));
                marked += MarkNeeds(image.Slice(Offset(header, 24), Offset(header, 32)), table, version);
            }
        }

        return marked;
    }

    // Verneed: version, count, file, aux, next. Vernaux: hash, flags, other, name, next. Offsets are relative to the record itself.
    private static int MarkNeeds(Span<byte> section, ReadOnlySpan<byte> names, ReadOnlySpan<byte> version)
    {
        var marked = 0;
        for (int need = 0, left = section.Length / 16; left > 0; left--)
        {
            int entry = checked(need + (int)Word(section, need + 8));
            for (int count = Half(section, need + 2); count > 0; count--)
            {
                var name = names[(int)Word(section, entry + 8)..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(section[(entry + 4)..], (ushort)(Half(section, entry + 4) | Weak));
                    marked++;
                }

                entry = checked(entry + (int)Word(section, entry + 12));
            }

            var next = (int)Word(section, need + 12);
            if (next == 0)
            {
                break;
            }

            need = checked(need + next);
        }

        return marked;
    }

    private static ushort Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int Offset(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
}
