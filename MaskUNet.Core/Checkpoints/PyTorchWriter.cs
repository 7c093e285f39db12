using System.IO.Compression;
using MaskUNet.Checkpoints.PyTorch;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Writes state dicts in PyTorch's zip layout, for <c>torch.load</c>.</summary>
internal static class PyTorchWriter
{
    private const string Folder = "archive/";
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the earliest that a zip can hold

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">Names and tensors in the order in which they are written. They stay the caller's.</param>
    /// <exception cref="CheckpointException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        var pickle = PickleWriter.StateDict([.. tensors.Select(tensor => new TensorEntry(tensor.Key, tensor.Value.dtype, tensor.Value.shape))]);
        try
        {
            AtomicFile.Write(path, tensors, (file, values) =>
            {
                using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
                Add(zip, "data.pkl", pickle);
                Add(zip, "byteorder", "little"u8);
                for (var i = 0; i < values.Count; i++)
                {
                    using var scope = NewDisposeScope();
                    Add(zip, FormattableString.Invariant($"data/{i}"), values[i].Value.detach().cpu().contiguous().bytes);
                }

                Add(zip, "version", "3\n"u8);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"Cannot write the checkpoint '{path}': {e.Message} Whatever was there before is untouched.", e);
        }
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry(Folder + name, CompressionLevel.NoCompression); // stored, as PyTorch wants it
        entry.LastWriteTime = Epoch;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
