using System.Buffers.Binary;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Writes <c>.safetensors</c> files, laid out as the reference implementation does.</summary>
/// <remarks>
/// The file is written under a temporary name in the same folder, flushed to the disk and moved into place, so that neither a failure nor
/// an interruption costs a file that was there before. Thread-safe as long as the tensors are not changed meanwhile.
/// </remarks>
public static class SafetensorsWriter
{
    private const long ChunkBytes = 64 << 20;

    /// <summary>Writes a file, replacing one that is there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">The tensors by state-dict key, of any device. They stay the caller's.</param>
    /// <param name="metadata">Free texts about the file, such as <c>format</c>: <c>pt</c>; none by default.</param>
    /// <exception cref="InvalidOptionException">A tensor has no values or a type that the format lacks, or a name cannot be written.</exception>
    /// <exception cref="CheckpointException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var entries = tensors
            .Select(pair => Describe(pair.Key, pair.Value))
            .OrderByDescending(entry => entry.StoredType)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList();
        var header = SafetensorsHeaderText.Write(entries, metadata ?? new Dictionary<string, string>());
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
                foreach (var entry in entries)
                {
                    Write(file, tensors[entry.Name]);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"Cannot write the checkpoint '{path}': {e.Message} Whatever was there before is untouched.", e);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static TensorEntry Describe(string name, Tensor tensor)
    {
        if (tensor is null || tensor.IsInvalid || tensor.device_type == DeviceType.META || tensor.is_sparse)
        {
            throw new InvalidOptionException($"The tensor '{name}' cannot be saved: it is null, disposed, sparse, or on the meta device.");
        }

        return tensor.dtype == ScalarType.ComplexFloat64
            ? throw new InvalidOptionException($"The tensor '{name}' cannot be saved: safetensors has no type for {tensor.dtype}.")
            : new TensorEntry(name, tensor.dtype, tensor.shape);
    }

    private static void Write(FileStream file, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous().reshape(-1);
        var (count, step) = (flat.numel(), ChunkBytes / flat.ElementSize);
        for (var at = 0L; at < count; at += step)
        {
            using var chunk = flat.narrow(0, at, Math.Min(step, count - at));
            file.Write(chunk.bytes);
        }
    }
}
