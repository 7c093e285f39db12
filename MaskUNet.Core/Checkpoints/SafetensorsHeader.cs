using System.Buffers.Binary;
using System.Text.Unicode;

namespace MaskUNet.Checkpoints;

/// <summary>The checked header of a safetensors file.</summary>
/// <param name="Entries">The tensors by name.</param>
/// <param name="Ranges">The bytes of each tensor, as offsets in the whole file.</param>
/// <param name="Metadata">The <c>__metadata__</c> map.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, TensorEntry> Entries,
    IReadOnlyDictionary<string, (long Begin, long End)> Ranges,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The longest header that the format allows.</summary>
    public const int LargestLength = 100_000_000;

    /// <summary>The key of the free texts, which no tensor can have.</summary>
    public const string MetadataKey = "__metadata__";

    private const int LengthSize = 8;

    public static SafetensorsHeader Read(CheckpointBytes file)
    {
        var text = ReadText(file);
        var parsed = SafetensorsHeaderParser.Parse(file, text);
        var start = LengthSize + text.Length;
        CheckLayout(file, parsed.Tensors, start);
        return new(
            parsed.Tensors.ToDictionary(tensor => tensor.Entry.Name, tensor => tensor.Entry, StringComparer.Ordinal),
            parsed.Tensors.ToDictionary(
                tensor => tensor.Entry.Name, tensor => (start + (long)tensor.Begin, start + (long)tensor.End), StringComparer.Ordinal),
            parsed.Metadata);
    }

    /// <summary>Whether a file that starts so is most likely safetensors: a sensible length, then a brace.</summary>
    /// <param name="start">The first bytes of the file.</param>
    /// <param name="length">The length of the file.</param>
    public static bool IsLikely(ReadOnlySpan<byte> start, long length) =>
        start.Length > LengthSize
        && BinaryPrimitives.ReadUInt64LittleEndian(start) <= Math.Min(LargestLength, (ulong)length)
        && start[LengthSize..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static byte[] ReadText(CheckpointBytes file)
    {
        var start = file.Start(ForeignFile.Needed);
        if (start.Length < LengthSize)
        {
            throw file.Error(ForeignFile.Describe(start) ?? $"it is {start.Length} bytes long, too small for a safetensors file; it is truncated");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > LargestLength)
        {
            throw file.Error("it is not a safetensors file: " + (ForeignFile.Describe(start)
                ?? $"its header would be {length} bytes long, and the format allows {LargestLength}"));
        }

        if ((long)length > file.Length - LengthSize)
        {
            throw file.Error(
                $"its header claims {length} bytes, but only {file.Length - LengthSize} follow; "
                + "the file is truncated (an interrupted download?) or not a safetensors file");
        }

        var text = new byte[length];
        file.Read(LengthSize, text);
        return Utf8.IsValid(text) ? text : throw file.Error("its header is not valid UTF-8 text; the file is damaged");
    }

    private static void CheckLayout(CheckpointBytes file, IReadOnlyList<StoredRange> tensors, int start)
    {
        var next = 0UL;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != next || tensor.End < tensor.Begin)
            {
                throw file.Error(
                    $"'{tensor.Entry.Name}' has the invalid offsets [{tensor.Begin}, {tensor.End}] where one from {next} on belongs; "
                    + "tensors may not overlap or leave holes");
            }

            next = tensor.End;
            var size = SizeOf(file, tensor.Entry);
            if (tensor.End - tensor.Begin != size)
            {
                throw file.Error(
                    $"'{tensor.Entry.Name}', {tensor.Entry.StoredType.Name()} [{string.Join(", ", tensor.Entry.Shape)}], needs {size} bytes, "
                    + $"but its offsets [{tensor.Begin}, {tensor.End}] span {tensor.End - tensor.Begin}");
            }
        }

        var expected = (UInt128)(uint)start + next;
        if (expected != (UInt128)(ulong)file.Length)
        {
            throw file.Error(expected > (UInt128)(ulong)file.Length
                ? $"it is {file.Length} bytes long, but its header tells of {expected}; the file is truncated (an interrupted download?)"
                : $"{(UInt128)(ulong)file.Length - expected} bytes follow the last tensor; the file is damaged, or two files in one");
        }
    }

    private static ulong SizeOf(CheckpointBytes file, TensorEntry entry)
    {
        try
        {
            var bits = checked(entry.Shape.Aggregate(1UL, (product, size) => checked(product * (ulong)size)) * (ulong)entry.StoredType.Bits());
            return bits % 8 == 0
                ? bits / 8
                : throw file.Error($"'{entry.Name}', {entry.StoredType.Name()} [{string.Join(", ", entry.Shape)}], is not a whole number of bytes");
        }
        catch (OverflowException e)
        {
            throw file.Error($"the size of '{entry.Name}', [{string.Join(", ", entry.Shape)}], overflows 64 bits", e);
        }
    }
}
