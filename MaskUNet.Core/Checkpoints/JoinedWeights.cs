using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Several sources as one: for a model whose parts lie in files of their own. Each key is read from the first source that has it.</summary>
/// <param name="sources">The sources, each with entries; they stay their owner's.</param>
public sealed class JoinedWeights(params IReadOnlyList<IWeightSource> sources) : IWeightSource
{
    /// <inheritdoc/>
    public string Name => string.Join(" and ", sources.Select(source => source.Name));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry>? Entries { get; } = sources
        .SelectMany(source => source.Entries ?? throw new InvalidOptionException($"'{source.Name}' makes whatever it is asked for; it cannot be joined with others."))
        .DistinctBy(entry => entry.Key)
        .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);

    /// <inheritdoc/>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) =>
        (sources.FirstOrDefault(source => source.Entries!.ContainsKey(name)) ?? throw new CheckpointException($"'{Name}' has no tensor '{name}'."))
        .Read(name, shape, dataType, device);
}
