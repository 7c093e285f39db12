using MaskUNet.Checkpoints.PyTorch;
using Microsoft.Win32.SafeHandles;

namespace MaskUNet.Checkpoints;

/// <summary>The bytes of an open checkpoint file. Reads from any thread at once; every failure names the file.</summary>
internal sealed class CheckpointBytes : IDisposable
{
    private const int CachedBytes = 256 << 10;

    private readonly SafeFileHandle handle;

    private CheckpointBytes(string name, SafeFileHandle handle)
    {
        Name = name;
        this.handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>The path, as messages call it.</summary>
    public string Name { get; }

    public long Length { get; }

    public static CheckpointBytes Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            // Delete is shared so that the file may be replaced (not rewritten) while it is read.
            return new(path, File.OpenHandle(path, share: FileShare.Read | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            var reason = Directory.Exists(path) ? "it is a folder, not a file" : File.Exists(path) ? e.Message : "there is no such file";
            throw new CheckpointException($"Cannot open the checkpoint '{path}': {reason}.", e);
        }
    }

    /// <summary>Fills the span from the offset on.</summary>
    public void Read(long offset, Span<byte> into)
    {
        try
        {
            while (into.Length > 0)
            {
                var count = RandomAccess.Read(handle, into, offset);
                if (count == 0)
                {
                    throw Error($"it ends at byte {offset}, though {into.Length} more should follow; the file is truncated");
                }

                into = into[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error($"bytes from {offset} on cannot be read: {e.Message}", e);
        }
        catch (ObjectDisposedException e)
        {
            throw Error("it was already closed; read the tensors before disposing their source", e);
        }
    }

    /// <summary>The same, taking the checksum while the bytes are in the processor's cache.</summary>
    public void Read(long offset, Span<byte> into, Checksum? checksum)
    {
        if (checksum is null)
        {
            Read(offset, into);
            return;
        }

        while (into.Length > 0)
        {
            var part = into[..Math.Min(CachedBytes, into.Length)];
            Read(offset, part);
            checksum.Append(part);
            into = into[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>The first bytes, at most so many.</summary>
    public byte[] Start(int count)
    {
        var start = new byte[Math.Min(count, Length)];
        Read(0, start);
        return start;
    }

    /// <summary>The exception for a fault in this file.</summary>
    public CheckpointException Error(string reason, Exception? cause = null) => new($"'{Name}': {reason}.", cause);

    public void Dispose() => handle.Dispose();
}
