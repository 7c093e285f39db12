using System.Buffers.Binary;

namespace MaskUNet.Runtime;

/// <summary>The section table of a 64-bit little-endian ELF file. Whatever leaves the file throws.</summary>
/// <remarks>Layouts: System V ABI, chapters 4 and 5; symbol versions: the Linux Standard Base, chapter 10.7.</remarks>
internal readonly ref struct ElfImage
{
    private const int HeaderSize = 64;

    private readonly ReadOnlySpan<byte> image;
    private readonly int table;

    public ElfImage(ReadOnlySpan<byte> image)
    {
        if (image.Length <= HeaderSize || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8) || Half(image, 0x3a) != HeaderSize)
        {
            throw new BadImageFormatException("not a 64-bit little-endian ELF file");
        }

        this.image = image;
        table = Offset(image, 0x28);
        SectionCount = Half(image, 0x3c);
    }

    public int SectionCount { get; }

    public static ushort Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    public static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    public ElfSection Section(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SectionCount);
        var header = image.Slice(checked(table + (index * HeaderSize)), HeaderSize);
        return new ElfSection(index, Word(header, 4), Offset(header, 24), Offset(header, 32), checked((int)Word(header, 40)));
    }

    /// <summary>The one section of a type.</summary>
    public ElfSection Single(uint type)
    {
        ElfSection? found = null;
        for (var i = 0; i < SectionCount; i++)
        {
            if (Section(i) is var section && section.Type == type)
            {
                found = found is null ? section : throw new BadImageFormatException($"two sections of type 0x{type:x}");
            }
        }

        return found ?? throw new BadImageFormatException($"no section of type 0x{type:x}");
    }

    public ReadOnlySpan<byte> Bytes(ElfSection section) => image.Slice(section.Offset, section.Size);

    /// <summary>A name out of the string table that a section links to.</summary>
    public ReadOnlySpan<byte> Name(ElfSection section, uint at)
    {
        var text = Bytes(Section(section.Link))[checked((int)at)..];
        return text[..text.IndexOf((byte)0)];
    }

    private static int Offset(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
}
