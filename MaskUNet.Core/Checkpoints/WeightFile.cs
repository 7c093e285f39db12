using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>A checkpoint on disk: one file, or the shards that an index lists.</summary>
/// <remarks>
/// Opening reads and checks the header only; each tensor is read when asked for. Reading is safe from several threads at once.
/// The files stay open until this is disposed; the tensors read from it live on.
/// </remarks>
public abstract class WeightFile : IWeightSource, IDisposable
{
    /// <summary>Prepares a source of that name.</summary>
    /// <param name="name">The path, as messages call it.</param>
    private protected WeightFile(string name) => Name = name;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Opens a checkpoint of any supported format, whatever its file name: what counts is the content.</summary>
    /// <param name="path">
    /// A safetensors file, a PyTorch file in the zip or the older layout, or the index of a sharded checkpoint (<c>*.index.json</c>, of a variant <c>*.index.fp16.json</c>).
    /// </param>
    /// <param name="under">Where the state dict lies in a PyTorch file; see <see cref="PyTorchFile(string, string?)"/>. Others ignore it.</param>
    /// <returns>The open checkpoint, which the caller disposes.</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged, unsafe, or no checkpoint; the message says what it is instead.</exception>
    public static WeightFile Open(string path, string? under = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return IsIndex(Path.GetFileName(path)) ? new ShardedFile(path) : OpenOne(path, under);
    }

    /// <summary>Opens a checkpoint that is a single file.</summary>
    internal static WeightFile OpenOne(string path, string? under = null)
    {
        using var file = CheckpointBytes.Open(path);
        var start = file.Start(ForeignFile.Needed);
        return start switch
        {
            _ when SafetensorsHeader.IsLikely(start, file.Length) => new SafetensorsFile(path),
            [(byte)'P', (byte)'K', ..] or [0x80, ..] => new PyTorchFile(path, under),
            _ when ForeignFile.Describe(start) is { } kind => throw file.Error("it is not a checkpoint: " + kind),
            _ => new SafetensorsFile(path), // which says what is wrong with the header
        };
    }

    /// <summary>The tensors that it holds, by state-dict key.</summary>
    public abstract IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <inheritdoc/>
    /// <exception cref="CheckpointException">The name is not there, is of another shape, or its bytes cannot be read.</exception>
    /// <exception cref="TensorMemoryException">The tensor could not be allocated.</exception>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(device);
        if (!Entries.TryGetValue(name, out var entry))
        {
            throw new CheckpointException($"'{Name}' has no tensor '{name}'.");
        }

        if (!entry.Shape.SequenceEqual(shape))
        {
            throw new CheckpointException(
                $"'{name}' in '{Name}' is [{string.Join(", ", entry.Shape)}], but [{string.Join(", ", shape)}] was asked for.");
        }

        return Load(entry, dataType, device);
    }

    /// <summary>Reads one tensor as it is stored, on the CPU.</summary>
    /// <param name="name">The state-dict key.</param>
    /// <returns>A new tensor of the stored type and shape, which the caller owns.</returns>
    /// <exception cref="CheckpointException">
    /// The name is not there, TorchSharp has no tensors of the stored type, or the bytes cannot be read.
    /// </exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Entries.TryGetValue(name, out var entry)
            ? Load(entry, entry.DataType ?? ScalarType.Float32, CPU)
            : throw new CheckpointException($"'{Name}' has no tensor '{name}'.");
    }

    /// <summary>Closes the files. Tensors that were read stay valid.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the files.</summary>
    /// <param name="disposing">False only when a finalizer calls, which no class of this library has.</param>
    protected abstract void Dispose(bool disposing);

    /// <summary>Reads a tensor that <see cref="Entries"/> lists.</summary>
    private protected abstract Tensor Load(TensorEntry entry, ScalarType dataType, Device device);

    IReadOnlyDictionary<string, TensorEntry>? IWeightSource.Entries => Entries;

    private static bool IsIndex(string name) =>
        name.Contains(".index.", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
