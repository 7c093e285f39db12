using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Another source in another layout: its tensors under other names, some transposed, squeezed or cut into pieces.</summary>
/// <remarks>It reads from the other source, which must stay open and is not disposed here.</remarks>
internal sealed class RenamedWeights : IWeightSource
{
    private readonly IWeightSource source;
    private readonly Dictionary<string, (TensorEntry Stored, TensorTransform Transform)> origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Renames a source.</summary>
    /// <param name="source">A source that lists its tensors.</param>
    /// <param name="map">What each stored tensor becomes: nothing where it is left out, several where it is cut.</param>
    /// <exception cref="CheckpointException">Two stored tensors become one, or one has a shape that its transform does not apply to.</exception>
    public RenamedWeights(IWeightSource source, Func<TensorEntry, IEnumerable<MappedTensor>> map)
    {
        this.source = source;
        foreach (var stored in source.Entries?.Values ?? throw new ArgumentException("The source does not list its tensors.", nameof(source)))
        {
            foreach (var mapped in map(stored))
            {
                Add(stored, mapped);
            }
        }
    }

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Entries => entries;

    /// <inheritdoc/>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        if (!origins.TryGetValue(name, out var origin))
        {
            throw new CheckpointException($"{Name} has no tensor '{name}'.");
        }

        using var scope = NewDisposeScope();
        var stored = source.Read(origin.Stored.Name, origin.Stored.Shape, dataType, device);
        if (origin.Transform == TensorTransform.Copy)
        {
            return stored.MoveToOuterDisposeScope();
        }

        // A slice must not keep the whole tensor alive, so it is copied even where it is contiguous.
        return origin.Transform.Apply(stored).contiguous().clone().MoveToOuterDisposeScope();
    }

    private void Add(TensorEntry stored, MappedTensor mapped)
    {
        if (mapped.Transform.ShapeOf(stored.Shape) is not { } shape)
        {
            throw new CheckpointException(
                $"'{stored.Name}' in {Name} has the shape [{string.Join(", ", stored.Shape)}], which cannot become '{mapped.Name}' by {mapped.Transform}: the file is damaged or of another model.");
        }

        if (!origins.TryAdd(mapped.Name, (stored, mapped.Transform)))
        {
            throw new CheckpointException($"'{stored.Name}' and '{origins[mapped.Name].Stored.Name}' in {Name} both mean '{mapped.Name}': the file mixes two layouts.");
        }

        entries.Add(mapped.Name, stored with { Name = mapped.Name, Shape = shape });
    }
}
