using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Reads a row-major run of a checkpoint's bytes into a tensor, converting on the way.</summary>
internal static class TensorLoader
{
    // Small enough to stay in the processor's cache between reading and converting, large enough to pay for the calls.
    private const long ChunkBytes = 1 << 20;

    /// <summary>Reads a tensor; the result belongs to the caller's scope.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="offset">Where the values begin.</param>
    /// <param name="entry">The name, type and shape of the values.</param>
    /// <param name="dataType">The type to convert to.</param>
    /// <param name="device">The device to place the tensor on.</param>
    public static Tensor Load(CheckpointBytes file, long offset, TensorEntry entry, ScalarType dataType, Device device)
    {
        var stored = Readable(file, entry, dataType);
        using var scope = NewDisposeScope();
        try
        {
            var result = empty([.. entry.Shape], dataType, CPU);
            Fill(result.reshape(-1), stored, file, offset);
            return result.to(device).MoveToOuterDisposeScope();
        }
        catch (ExternalException e)
        {
            throw new TensorMemoryException(
                $"No memory for '{entry.Name}' of '{file.Name}', [{string.Join(", ", entry.Shape)}] as {dataType} on {device}.", e);
        }
    }

    /// <summary>The type that the stored values are read as.</summary>
    /// <exception cref="CheckpointException">TorchSharp has none, or the conversion would lose the imaginary parts.</exception>
    public static ScalarType Readable(CheckpointBytes file, TensorEntry entry, ScalarType dataType)
    {
        var stored = entry.DataType
            ?? throw file.Error($"'{entry.Name}' is of type {entry.StoredType.Name()}, which TorchSharp has no tensors of; convert it to F32 or F16");
        return is_complex(stored) && !is_complex(dataType)
            ? throw file.Error($"'{entry.Name}' is complex ({entry.StoredType.Name()}) and cannot be read as {dataType}")
            : stored;
    }

    private static void Fill(Tensor flat, ScalarType stored, CheckpointBytes file, long offset)
    {
        var (count, size) = (flat.numel(), stored == flat.dtype ? flat.ElementSize : SizeOf(stored));
        var step = ChunkBytes / size;
        using var staging = stored == flat.dtype ? null : empty([Math.Min(count, step)], stored, CPU);
        for (var at = 0L; at < count; at += step)
        {
            var length = Math.Min(step, count - at);
            using var target = flat.narrow(0, at, length);
            using var chunk = staging?.narrow(0, 0, length);
            file.Read(offset + (at * size), (chunk ?? target).bytes);
            if (chunk is not null)
            {
                target.copy_(chunk);
            }
        }
    }

    private static long SizeOf(ScalarType type) => StoredTypes.From(type).Bits() / 8;
}
