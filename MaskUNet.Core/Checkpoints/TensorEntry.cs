using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>What a checkpoint says of one of its tensors, before any of its values is read.</summary>
/// <param name="Name">The state-dict key.</param>
/// <param name="StoredType">The type of the stored values.</param>
/// <param name="Shape">The sizes, row-major; empty for a scalar.</param>
public sealed record TensorEntry(string Name, StoredType StoredType, IReadOnlyList<long> Shape)
{
    /// <summary>Describes a tensor of one of TorchSharp's types.</summary>
    /// <param name="name">The state-dict key.</param>
    /// <param name="dataType">The type of the values.</param>
    /// <param name="shape">The sizes, row-major; empty for a scalar.</param>
    /// <exception cref="InvalidOptionException">A quantised type, which no checkpoint of this library holds.</exception>
    public TensorEntry(string name, ScalarType dataType, IReadOnlyList<long> shape)
        : this(name, StoredTypes.From(dataType), shape)
    {
    }

    /// <summary>The tensor type of the stored values; null where TorchSharp has none, and the tensor can be listed but not read.</summary>
    public ScalarType? DataType => StoredType.ToScalarType();

    /// <summary>The number of values: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
