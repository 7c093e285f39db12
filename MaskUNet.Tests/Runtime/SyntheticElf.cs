using System.Buffers.Binary;
using System.Text;

namespace MaskUNet.Tests.Runtime;

/// <summary>The smallest ELF library that asks for symbol versions: dynamic symbols, their versions, and relocations.</summary>
internal sealed class SyntheticElf
{
    private readonly List<byte> strings = [0];

    /// <summary>The versions asked for, of one library; the first has index 2.</summary>
    public string[] Versions { get; init; } = ["GLIBCXX_3.4.30", "GLIBCXX_3.4.32"];

    /// <summary>Name, version index, and whether the file defines it itself.</summary>
    public (string Name, ushort Version, bool IsDefined)[] Symbols { get; init; } =
        [("called", 2, false), ("_ZSt21ios_base_library_initv", 3, false), ("ours", 1, true)];

    /// <summary>Indexes of symbols, counted from 1, that relocations refer to.</summary>
    public uint[] Relocations { get; init; } = [1, 3];

    /// <summary>Where the flags of a version's record lie in the image.</summary>
    public static int FlagsOffset(int versionIndex) => 64 + 16 + (16 * versionIndex) + 4;

    public byte[] Build()
    {
        var (needs, symbols, versions, relocations) = (Needs(), DynamicSymbols(), SymbolVersions(), Rela());
        (uint Type, byte[] Content, int Link)[] sections =
        [
            (0, [], 0), (0x6ffffffe, needs, 5), (11, symbols, 5), (0x6fffffff, versions, 2), (4, relocations, 2), (3, [.. strings], 0),
        ];
        var image = new List<byte>(new byte[64]);
        var headers = new List<byte>();
        foreach (var (type, content, link) in sections)
        {
            var header = new byte[64];
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), type);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), (ulong)image.Count);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), (ulong)content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), (uint)link);
            headers.AddRange(header);
            image.AddRange(content);
        }

        var bytes = image.Concat(headers).ToArray();
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(0x28), (ulong)image.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(0x3a), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(0x3c), (ushort)sections.Length);
        return bytes;
    }

    private byte[] Needs()
    {
        var bytes = new byte[16 + (16 * Versions.Length)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)Versions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Add("libstdc++.so.6"));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 16);
        for (var i = 0; i < Versions.Length; i++)
        {
            var record = bytes.AsSpan(16 + (16 * i), 16);
            BinaryPrimitives.WriteUInt16LittleEndian(record[6..], (ushort)(i + 2));
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Add(Versions[i]));
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], i < Versions.Length - 1 ? 16u : 0);
        }

        return bytes;
    }

    private byte[] DynamicSymbols()
    {
        var bytes = new byte[24 * (Symbols.Length + 1)];
        for (var i = 0; i < Symbols.Length; i++)
        {
            var record = bytes.AsSpan(24 * (i + 1), 24);
            BinaryPrimitives.WriteUInt32LittleEndian(record, Add(Symbols[i].Name));
            BinaryPrimitives.WriteUInt16LittleEndian(record[6..], (ushort)(Symbols[i].IsDefined ? 1 : 0));
        }

        return bytes;
    }

    private byte[] SymbolVersions()
    {
        var bytes = new byte[2 * (Symbols.Length + 1)];
        for (var i = 0; i < Symbols.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * (i + 1)), Symbols[i].Version);
        }

        return bytes;
    }

    private byte[] Rela()
    {
        var bytes = new byte[24 * Relocations.Length];
        for (var i = 0; i < Relocations.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((24 * i) + 8), ((ulong)Relocations[i] << 32) | 6);
        }

        return bytes;
    }

    private uint Add(string text)
    {
        var at = (uint)strings.Count;
        strings.AddRange([.. Encoding.ASCII.GetBytes(text), 0]);
        return at;
    }
}
