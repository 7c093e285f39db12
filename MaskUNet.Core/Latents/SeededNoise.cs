using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>
/// Noise from PyTorch's CPU generator, so that a seed gives the same picture here as there. Either one generator an image, each drawing
/// its own part of the batch (a picture does not depend on its neighbours), or one generator that draws the whole batch at once.
/// </summary>
public sealed class SeededNoise : INoiseSource, IDisposable
{
    private readonly Generator[] generators;

    /// <summary>Seeds the generators.</summary>
    /// <param name="seeds">One seed an image of the batch, or a single one for the whole batch.</param>
    public SeededNoise(IReadOnlyList<long> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        generators = [.. seeds.Select(seed => new Generator(unchecked((ulong)seed), CPU))];
    }

    /// <inheritdoc/>
    public Tensor Draw(ReadOnlySpan<long> shape, ScalarType dataType, Device device)
    {
        using var scope = NewDisposeScope();
        var size = shape.ToArray();
        if (generators.Length > 1)
        {
            if (size[0] != generators.Length)
            {
                throw new InvalidOptionException($"Noise for {size[0]} images was asked for, but there are {generators.Length} seeds.");
            }

            size[0] = 1;
        }

        return cat([.. generators.Select(generator => randn(size, float32, generator: generator))])
            .to(dataType).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the generators.</summary>
    public void Dispose()
    {
        foreach (var generator in generators)
        {
            generator.Dispose();
        }
    }
}
