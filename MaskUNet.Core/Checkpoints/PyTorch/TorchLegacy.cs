using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>
/// PyTorch's layout before 1.6: five pickles (a magic number, the protocol 1001, facts about the system, the object, the storages' keys),
/// then each storage as a count and its values.
/// </summary>
internal static class TorchLegacy
{
    private const long Protocol = 1001;
    private const int CountBytes = 8;
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static TorchArchive Read(CheckpointBytes file)
    {
        var at = 0L;
        if (Next(file, "magic number", ref at, out _) is not BigInteger magic || magic != Magic)
        {
            throw file.Error("it is a Python pickle, but not a PyTorch checkpoint");
        }

        if (Next(file, "protocol", ref at, out _) is not Protocol)
        {
            throw file.Error($"it is of another protocol of PyTorch's old format than {Protocol}; save it again with a newer PyTorch");
        }

        if (Next(file, "system information", ref at, out _) is not PickleDictionary system || system["little_endian"] is not true)
        {
            throw file.Error("it does not say that it is little-endian, and only such checkpoints are supported");
        }

        var content = Next(file, "pickle", ref at, out var declared);
        if (Next(file, "storage keys", ref at, out _) is not List<object?> keys)
        {
            throw file.Error("the list of its storages is damaged");
        }

        return new(file, content, Storages(file, keys, declared, at));
    }

    private static object? Next(CheckpointBytes file, string what, ref long at, out IReadOnlyDictionary<string, TorchStorage> declared)
    {
        var stream = new PickleStream(file, what, at, file.Length);
        var value = PickleMachine.Load(stream, out declared);
        at = stream.Position;
        return value;
    }

    private static Dictionary<string, ByteRange> Storages(
        CheckpointBytes file, List<object?> keys, IReadOnlyDictionary<string, TorchStorage> declared, long at)
    {
        var ranges = new Dictionary<string, ByteRange>(StringComparer.Ordinal);
        var header = new byte[CountBytes];
        foreach (var key in keys)
        {
            if (key is not string name || !declared.TryGetValue(name, out var storage))
            {
                throw file.Error($"the storage '{key}' belongs to no tensor; the file is damaged");
            }

            file.Read(at, header);
            at += CountBytes;
            var count = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (count != storage.Count || storage.Bytes > file.Length - at)
            {
                throw file.Error(
                    $"the storage '{name}' should have {storage.Count} values, but has {count} and {file.Length - at} bytes follow; "
                    + "the file is damaged or truncated");
            }

            ranges[name] = new(name, at, (long)storage.Bytes, Crc: null);
            at += (long)storage.Bytes;
        }

        return ranges;
    }
}
