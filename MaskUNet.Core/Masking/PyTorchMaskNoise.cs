using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// PyTorch's own stream: one float32 <c>exponential_</c> a layer, in execution order, from a seeded CPU generator. It replays what the
/// released code draws after <c>manual_seed</c>.
/// </summary>
/// <remarks>The whole batch shares the stream. For one run and its thread.</remarks>
/// <param name="seed">The seed.</param>
public sealed class PyTorchMaskNoise(long seed) : IMaskNoise
{
    private readonly Generator generator = new(unchecked((ulong)seed), CPU);

    /// <summary>The stream after a sample's noise was drawn from it, as where a program seeds once and then draws both.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="shape">The sample's shape.</param>
    internal static PyTorchMaskNoise After(long seed, long[] shape)
    {
        var noise = new PyTorchMaskNoise(seed);
        randn(shape, float32, generator: noise.generator).Dispose();
        return noise;
    }

    /// <inheritdoc/>
    public Tensor Exponential(MaskDraw draw, ReadOnlySpan<long> shape, Device device)
    {
        using var scope = NewDisposeScope();
        return empty(shape.ToArray(), float32).exponential_(generator: generator).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the generator.</summary>
    public void Dispose() => generator.Dispose();
}
