using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MaskUNet.Checkpoints.PyTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Reads a row-major run of a checkpoint's bytes into a tensor, converting on the way.</summary>
internal static class TensorLoader
{
    // Torch converts fewer than 32,768 values on the calling thread. Its own threads would wait for one another after every chunk, which
    // costs far more than the work where other programs are busy; and so small a chunk is still in the cache when it is converted.
    private const long ChunkValues = 32_000;

    // What one thread reads at a time.
    private const long PieceValues = 256 * ChunkValues;

    /// <summary>Reads a tensor; the result belongs to the caller's scope.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="offset">Where the values begin.</param>
    /// <param name="entry">The name, type and shape of the values.</param>
    /// <param name="dataType">The type to convert to.</param>
    /// <param name="device">The device to place the tensor on.</param>
    /// <param name="checksum">Takes all bytes in their order, which one thread reads then; null for none.</param>
    public static Tensor Load(
        CheckpointBytes file, long offset, TensorEntry entry, ScalarType dataType, Device device, Checksum? checksum = null)
    {
        var stored = Readable(file, entry, dataType);
        using var scope = NewDisposeScope();
        try
        {
            var result = empty([.. entry.Shape], dataType, CPU);
            Fill(result.reshape(-1), stored, file, offset, checksum);
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

    private static void Fill(Tensor flat, ScalarType stored, CheckpointBytes file, long offset, Checksum? checksum)
    {
        var count = flat.numel();
        var pieces = (count + PieceValues - 1) / PieceValues;
        void Piece(long i) => FillPiece(flat, stored, file, offset, i * PieceValues, Math.Min((i + 1) * PieceValues, count), checksum);
        if (pieces <= 1 || checksum is not null)
        {
            for (var i = 0L; i < Math.Max(1, pieces); i++)
            {
                Piece(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, pieces, Piece);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static void FillPiece(Tensor flat, ScalarType stored, CheckpointBytes file, long offset, long begin, long end, Checksum? checksum)
    {
        var size = StoredTypes.From(stored).Bits() / 8;
        if (stored == flat.dtype)
        {
            using var target = flat.narrow(0, begin, end - begin);
            file.Read(offset + (begin * size), target.bytes, checksum);
            return;
        }

        using var staging = empty([Math.Min(ChunkValues, end - begin)], stored, CPU);
        for (var at = begin; at < end; at += ChunkValues)
        {
            var length = Math.Min(ChunkValues, end - at);
            using var target = flat.narrow(0, at, length);
            using var source = staging.narrow(0, 0, length);
            file.Read(offset + (at * size), source.bytes, checksum);
            target.copy_(source);
        }
    }
}
