using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Weights without values, on the meta device: for listing a model's keys and shapes, or checking where a forward pass runs.</summary>
public sealed class MetaWeights : IWeightSource
{
    /// <inheritdoc/>
    public string Name => "meta";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    /// <inheritdoc/>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device) => empty([.. shape], dataType, META);
}
