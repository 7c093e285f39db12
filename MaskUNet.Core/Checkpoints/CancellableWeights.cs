using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>Weights that can be read until somebody cancels: a model of gigabytes stops loading at its next tensor.</summary>
/// <param name="source">Where they come from.</param>
/// <param name="cancellationToken">Cancels the reading, which then throws.</param>
internal sealed class CancellableWeights(IWeightSource source, CancellationToken cancellationToken) : IWeightSource
{
    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry>? Entries => source.Entries;

    /// <inheritdoc/>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return source.Read(name, shape, dataType, device);
    }
}
