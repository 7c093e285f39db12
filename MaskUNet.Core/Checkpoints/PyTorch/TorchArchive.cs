using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>What a PyTorch file holds: the object that was saved, and where the bytes of its storages lie.</summary>
internal sealed class TorchArchive(CheckpointBytes file, object? content, IReadOnlyDictionary<string, ByteRange> storages)
{
    private readonly ConcurrentDictionary<string, bool> verified = new(StringComparer.Ordinal);

    /// <summary>The saved object; see <see cref="PickleMachine"/>.</summary>
    public object? Content => content;

    /// <summary>Finds a storage, whose size must be just the declared one.</summary>
    public ByteRange Locate(string tensor, TorchStorage storage)
    {
        if (!storages.TryGetValue(storage.Key, out var range))
        {
            throw file.Error($"the storage '{storage.Key}' of '{tensor}' is missing");
        }

        return range.Length == storage.Bytes
            ? range
            : throw file.Error($"the storage '{range.Name}' of '{tensor}' should have {storage.Bytes} bytes, but has {range.Length}; the file is damaged or forged");
    }

    /// <summary>Reads something of a storage whose checksum is known to match; the first time all of it is read for that.</summary>
    public Tensor ReadPart(ByteRange range, Func<Tensor> read)
    {
        if (IsUnverified(range))
        {
            range.Verify(file);
            verified[range.Name] = true;
        }

        return read();
    }

    /// <summary>Reads a whole storage, once: the first time its checksum is taken meanwhile.</summary>
    /// <param name="range">The storage.</param>
    /// <param name="read">Reads it from the first to the last byte, in this order where it gets a checksum, into the calling thread's scope.</param>
    public Tensor ReadWhole(ByteRange range, Func<Checksum?, Tensor> read)
    {
        if (!IsUnverified(range))
        {
            return read(null);
        }

        using var scope = NewDisposeScope();
        var checksum = new Checksum();
        var tensor = read(checksum);
        range.Compare(file, checksum);
        verified[range.Name] = true;
        return tensor.MoveToOuterDisposeScope();
    }

    private bool IsUnverified(ByteRange range) => range.Crc is not null && !verified.ContainsKey(range.Name);
}
