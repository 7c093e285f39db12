using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>Tensors by a parameter's name, in the parameters' memory layout, held outside dispose scopes.</summary>
internal static class NamedTensors
{
    public static IReadOnlyDictionary<string, Tensor> Zeros(IReadOnlyDictionary<string, Tensor> like) =>
        like.ToDictionary(pair => pair.Key, pair => zeros_like(pair.Value).DetachFromDisposeScope(), StringComparer.Ordinal);

    /// <summary>Writes values in place, so that tensors keep their layout: another would round differently.</summary>
    public static void Copy(IReadOnlyDictionary<string, Tensor> from, IReadOnlyDictionary<string, Tensor> to)
    {
        using var withoutGradients = no_grad();
        foreach (var (name, tensor) in to)
        {
            tensor.copy_(from[name]);
        }
    }

    public static void Dispose(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
