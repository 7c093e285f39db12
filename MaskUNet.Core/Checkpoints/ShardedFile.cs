using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// A checkpoint in several files, by its index (<c>*.safetensors.index.json</c>, <c>*.bin.index.json</c>). Index and shards must agree:
/// every listed tensor in its shard, and no tensor besides.
/// </summary>
public sealed class ShardedFile : WeightFile
{
    private readonly Dictionary<string, WeightFile> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorEntry> entries = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> shardOf;

    /// <summary>Opens an index and the headers of all its shards, which lie in the index's folder.</summary>
    /// <param name="path">The index.</param>
    /// <exception cref="CheckpointException">The index or a shard is missing, damaged or of another format, or they do not agree.</exception>
    public ShardedFile(string path)
        : base(path)
    {
        shardOf = ShardIndex.Read(path);
        try
        {
            foreach (var shard in shardOf.Values.Distinct(StringComparer.Ordinal))
            {
                Add(path, shard);
            }

            if (shardOf.FirstOrDefault(pair => !entries.ContainsKey(pair.Key)) is { Key: { } missing } pair)
            {
                throw new CheckpointException($"'{path}' says that '{missing}' is in '{pair.Value}', but it is not; a shard is of another version.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => entries;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var shard in shards.Values)
        {
            shard.Dispose();
        }
    }

    private protected override Tensor Load(TensorEntry entry, ScalarType dataType, Device device) =>
        shards[shardOf[entry.Name]].Read(entry.Name, entry.Shape, dataType, device);

    private void Add(string index, string shard)
    {
        try
        {
            shards[shard] = OpenOne(Path.Combine(Path.GetDirectoryName(index) ?? "", shard));
        }
        catch (CheckpointException e)
        {
            throw new CheckpointException($"'{index}' names the shard '{shard}', which cannot be read. {e.Message}", e);
        }

        foreach (var (name, entry) in shards[shard].Entries)
        {
            if (!entries.TryAdd(name, entry))
            {
                throw new CheckpointException($"'{index}': '{name}' is in two shards, '{shard}' and another one; which one counts is unknown.");
            }

            if (!shardOf.TryGetValue(name, out var listed) || listed != shard)
            {
                throw new CheckpointException(
                    $"'{index}': the shard '{shard}' holds '{name}', which the index {(listed is null ? "does not list" : $"lists in '{listed}'")}; "
                    + "the files are of different versions.");
            }
        }
    }
}
