using System.Text;
using MaskUNet.Kernels;
using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>
/// Random numbers that follow from seed, evaluation, layer and place: no stream to wait for, so all threads draw at once and any number
/// of them gives the same.
/// </summary>
/// <remarks>Holds nothing and may be used from several threads at once.</remarks>
public sealed class CounterMaskNoise : IMaskNoise
{
    private readonly long[] seeds;

    /// <summary>Creates the source.</summary>
    /// <param name="seeds">
    /// One seed a picture, or a single one. A batch may hold every picture several times, one round after the other, as guidance does: each
    /// round draws its own.
    /// </param>
    public CounterMaskNoise(params IReadOnlyList<long> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        this.seeds = seeds.Count > 0 ? [.. seeds] : throw new InvalidOptionException("Mask noise needs a seed.");
    }

    /// <inheritdoc/>
    public Tensor Exponential(MaskDraw draw, ReadOnlySpan<long> shape, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        using var scope = NewDisposeScope();
        return ExponentialKernel.Draw(shape, Keys(draw, shape)).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }

    /// <summary>What the numbers of each sample follow from.</summary>
    /// <param name="draw">What they are for.</param>
    /// <param name="shape">Of a layer's weight, or with the samples in front.</param>
    internal IReadOnlyList<ulong> Keys(MaskDraw draw, ReadOnlySpan<long> shape) =>
        [.. Enumerable.Range(0, shape.Length > 2 ? (int)shape[0] : 1).Select(sample => Key(draw, sample))];

    /// <summary>What the numbers of one sample's layer follow from.</summary>
    internal ulong Key(MaskDraw draw, int sample) => SplitMix64.Key(
        seeds[sample % seeds.Length], draw.Evaluation, LayerKey(draw.Layer), draw.Part, sample / seeds.Length);

    // FNV-1a: the layer's own number, whichever other layers are masked.
    private static long LayerKey(string layer)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var letter in Encoding.UTF8.GetBytes(layer))
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return (long)hash;
    }
}
