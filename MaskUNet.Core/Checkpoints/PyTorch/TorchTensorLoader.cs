using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints.PyTorch;

/// <summary>Reads a view of a storage as a row-major tensor: only the bytes from its first to its last value are read.</summary>
internal static class TorchTensorLoader
{
    public static Tensor Load(
        CheckpointBytes file, TorchArchive archive, TorchTensor view, TensorEntry entry, ScalarType dataType, Device device)
    {
        var range = archive.Locate(entry.Name, view.Storage);
        return view.IsContiguous && entry.Count * view.ValueBytes == range.Length
            ? archive.ReadWhole(range, checksum => TensorLoader.Load(file, range.Offset, entry, dataType, device, checksum))
            : archive.ReadPart(range, () => LoadPart(file, range, view, entry, dataType, device));
    }

    private static Tensor LoadPart(CheckpointBytes file, ByteRange range, TorchTensor view, TensorEntry entry, ScalarType dataType, Device device)
    {
        var offset = range.Offset + (view.Offset * view.ValueBytes);
        if (view.IsContiguous)
        {
            return TensorLoader.Load(file, offset, entry, dataType, device);
        }

        var stored = TensorLoader.Readable(file, entry, dataType);
        using var scope = NewDisposeScope();
        return TensorLoader.Load(file, offset, entry with { Shape = [view.Span] }, stored, CPU)
            .as_strided(view.Sizes, view.Strides, 0)
            .contiguous()
            .to(dataType)
            .to(device)
            .MoveToOuterDisposeScope();
    }
}
