namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>What a PyTorch file holds: the object that was saved, and where the bytes of its storages lie.</summary>
internal sealed class TorchArchive(CheckpointBytes file, object? content, IReadOnlyDictionary<string, ByteRange> storages)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> verified = new(StringComparer.Ordinal);

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

    /// <summary>Checks the bytes of a storage, the first time that it is used.</summary>
    public void Verify(ByteRange range)
    {
        if (!verified.ContainsKey(range.Name))
        {
            range.Verify(file);
            verified[range.Name] = true;
        }
    }
}
