using MaskUNet.Checkpoints;
using static TorchSharp.torch;

namespace MaskUNet.Layers;

/// <summary>A table of vectors looked up by id: [...] int64 to [..., features].</summary>
internal sealed class Embedding(WeightScope scope, int count, int features)
{
    private readonly Tensor weight = scope.Take("weight", count, features);

    public Tensor Forward(Tensor ids)
    {
        using var dispose = NewDisposeScope();
        return weight.index_select(0, ids.reshape(-1)).reshape([.. ids.shape, weight.shape[1]]).MoveToOuterDisposeScope();
    }
}
