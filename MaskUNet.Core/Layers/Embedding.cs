using MaskUNet.Checkpoints;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>A table of vectors looked up by id: [...] int64 to [..., features].</summary>
internal sealed class Embedding(WeightScope scope, int count, int features)
{
    /// <summary>[count, features].</summary>
    public Tensor Table { get; } = scope.Take("weight", count, features);

    // Indexing, not index_select: that has no kernel for the meta device.
    public static Tensor Lookup(Tensor table, Tensor ids) => table[TensorIndex.Tensor(ids)];

    public Tensor Forward(Tensor ids) => Lookup(Table, ids);
}
