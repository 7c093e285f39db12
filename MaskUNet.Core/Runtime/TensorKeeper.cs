using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>Holds the tensors that a job keeps from one unit to the next, outside dispose scopes, and frees them at its end.</summary>
internal sealed class TensorKeeper : IDisposable
{
    private readonly HashSet<Tensor> tensors = new(ReferenceEqualityComparer.Instance);

    public Tensor Keep(Tensor tensor)
    {
        tensors.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Keeps what was made and frees what it replaces; a tensor in both lists stays.</summary>
    public void Replace(IEnumerable<Tensor> old, IEnumerable<Tensor> made)
    {
        var stay = made.Select(Keep).ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var tensor in old.Where(tensor => !stay.Contains(tensor)))
        {
            tensors.Remove(tensor);
            tensor.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }

        tensors.Clear();
    }
}
