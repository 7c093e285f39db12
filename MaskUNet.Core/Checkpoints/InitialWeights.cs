using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Checkpoints;

/// <summary>
/// Weights to begin a training with: matrices and kernels uniform within one over the root of their inputs (PyTorch's default for linear
/// layers and convolutions), embeddings normal with deviation 0.02, norms 1, biases 0, CLIP's logit scale ln(1 / 0.07). Tensors that close a residual branch can begin at 0.
/// </summary>
/// <remarks>
/// A tensor is a function of seed, name and shape alone, whatever the order in which they are asked for. Immutable and safe to read from
/// several threads at once.
/// </remarks>
public sealed class InitialWeights : IWeightSource
{
    private const double EmbeddingDeviation = 0.02;
    private const double LogitScale = 2.6592; // ln(1 / 0.07), CLIP's

    private readonly long seed;
    private readonly IReadOnlyList<string> zeros;

    /// <summary>Prepares a source.</summary>
    /// <param name="seed">Another seed gives other weights.</param>
    /// <param name="zeros">Ends of names of tensors that begin at 0, such as <c>conv2.weight</c>; none by default.</param>
    public InitialWeights(long seed, params IEnumerable<string> zeros)
    {
        this.seed = seed;
        this.zeros = [.. zeros];
    }

    /// <inheritdoc/>
    public string Name => $"random initialisation with seed {seed}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry>? Entries => null;

    /// <inheritdoc/>
    public Tensor Read(string name, IReadOnlyList<long> shape, ScalarType dataType, Device device)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        using var scope = NewDisposeScope();
        using var generator = new Generator(Key(name), CPU);
        long[] size = [.. shape];
        return Draw(name, size, generator).to(dataType).to(device).MoveToOuterDisposeScope();
    }

    private Tensor Draw(string name, long[] size, Generator generator)
    {
        if (zeros.Any(end => name.EndsWith(end, StringComparison.Ordinal)) || name.EndsWith("bias", StringComparison.Ordinal))
        {
            return torch.zeros(size);
        }

        if (name.Contains("embedding", StringComparison.Ordinal) && size.Length <= 2 && !name.Contains("time_embedding", StringComparison.Ordinal))
        {
            return randn(size, float32, generator: generator) * EmbeddingDeviation;
        }

        if (size.Length < 2)
        {
            return name.EndsWith("logit_scale", StringComparison.Ordinal) ? full(size, LogitScale) : ones(size);
        }

        var bound = 1 / Math.Sqrt(size[1..].Aggregate(1L, (product, length) => product * length));
        return ((rand(size, float32, generator: generator) * 2) - 1) * bound;
    }

    private ulong Key(string name) => SplitMix64.Key([seed, .. name.Select(letter => (long)letter)]) >> 1;
}
