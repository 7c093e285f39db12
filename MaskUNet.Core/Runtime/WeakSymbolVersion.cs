using System.Buffers.Binary;
using System.Text;

namespace MaskUNet.Runtime;

/// <summary>
/// Marks one symbol version that an ELF library asks for as weak, so that the dynamic loader no longer refuses the library where the
/// version is absent. Done only where the version stands for one undefined symbol that nothing in the library refers to.
/// </summary>
internal static class WeakSymbolVersion
{
    private const uint Rela = 4;
    private const uint DynamicSymbols = 11;
    private const uint Rel = 9;
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const uint SymbolVersions = 0x6fffffff; // SHT_GNU_versym
    private const ushort Weak = 0x2; // VER_FLG_WEAK

    /// <summary>Edits the image in place, two bytes of it.</summary>
    /// <returns>False, and nothing is changed, when the file is damaged, foreign, or needs the version for anything but that symbol.</returns>
    public static bool TryMark(Span<byte> image, string version, string unusedSymbol)
    {
        try
        {
            var elf = new ElfImage(image);
            var (flags, index) = FindNeed(elf, Encoding.ASCII.GetBytes(version));
            if (!IsOnlyFor(elf, index, Encoding.ASCII.GetBytes(unusedSymbol)))
            {
                return false;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(image[flags..], Weak);
            return true;
        }
        catch (Exception e) when (e is BadImageFormatException or ArgumentOutOfRangeException or OverflowException)
        {
            return false; // offsets that leave the file, or not such a file at all
        }
    }

    // Verneed: version, count, file, aux, next. Vernaux: hash, flags, other, name, next. Offsets are relative to the record itself.
    private static (int FlagsOffset, ushort VersionIndex) FindNeed(ElfImage elf, ReadOnlySpan<byte> version)
    {
        var section = elf.Single(VersionNeeds);
        var needs = elf.Bytes(section);
        var recordsLeft = needs.Length / 16;
        for (int need = 0, next; ; need = checked(need + next))
        {
            var entry = checked(need + (int)ElfImage.Word(needs, need + 8));
            for (int count = ElfImage.Half(needs, need + 2); count > 0; count--)
            {
                if (elf.Name(section, ElfImage.Word(needs, entry + 8)).SequenceEqual(version))
                {
                    return (section.Offset + entry + 4, ElfImage.Half(needs, entry + 6));
                }

                entry = checked(entry + (int)ElfImage.Word(needs, entry + 12));
                recordsLeft--;
            }

            next = (int)ElfImage.Word(needs, need + 12);
            if (next == 0 || --recordsLeft < 0)
            {
                throw new BadImageFormatException("the version is not asked for");
            }
        }
    }

    private static bool IsOnlyFor(ElfImage elf, ushort version, ReadOnlySpan<byte> symbol)
    {
        var section = elf.Single(DynamicSymbols);
        var symbols = elf.Bytes(section);
        var versions = elf.Bytes(elf.Single(SymbolVersions));
        var found = 0;
        for (var i = 0; i < symbols.Length / 24; i++)
        {
            if ((ElfImage.Half(versions, i * 2) & 0x7fff) == version)
            {
                var undefined = ElfImage.Half(symbols, (i * 24) + 6) == 0;
                if (found != 0 || !undefined || !elf.Name(section, ElfImage.Word(symbols, i * 24)).SequenceEqual(symbol))
                {
                    return false;
                }

                found = i;
            }
        }

        return found != 0 && !IsReferredTo(elf, section, (uint)found);
    }

    private static bool IsReferredTo(ElfImage elf, ElfSection symbols, uint symbol)
    {
        for (var i = 0; i < elf.SectionCount; i++)
        {
            var section = elf.Section(i);
            var recordSize = section.Type switch { Rela => 24, Rel => 16, _ => 0 };
            if (recordSize == 0 || section.Link != symbols.Index)
            {
                continue;
            }

            var relocations = elf.Bytes(section);
            for (var at = 0; at + recordSize <= relocations.Length; at += recordSize)
            {
                if (ElfImage.Word(relocations, at + 12) == symbol) // the upper half of r_info
                {
                    return true;
                }
            }
        }

        return false;
    }
}
