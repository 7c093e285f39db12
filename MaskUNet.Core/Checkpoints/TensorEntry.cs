using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>What a checkpoint says of one of its tensors, before any of its values is read.</summary>
/// <param name="Name">The state-dict key.</param>
/// <param name="DataType">The type of the stored values.</param>
/// <param name="Shape">The sizes, row-major; empty for a scalar.</param>
public sealed record TensorEntry(string Name, ScalarType DataType, IReadOnlyList<long> Shape)
{
    /// <summary>The number of values: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
