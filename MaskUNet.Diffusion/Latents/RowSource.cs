using MaskUNet.Layers;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>One picture-sized intermediate result, [1, C, H, W], that is read a strip of rows at a time: stored, or made when it is read.</summary>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Read">Rows from the first on, so many, [1, C, count, W].</param>
internal sealed record RowSource(long Height, long Width, Func<long, long, Tensor> Read)
{
    /// <summary>A result in memory.</summary>
    public static RowSource Stored(Tensor whole) => new(whole.shape[2], whole.shape[3], (first, count) => whole.narrow(2, first, count));

    /// <summary>A result in memory, upsampled by two and convolved when it is read.</summary>
    public static RowSource Upsampled(Tensor whole, UpsampleConvolution upsampler) => new(2 * whole.shape[2], 2 * whole.shape[3], (first, count) =>
    {
        using var scope = NewDisposeScope();
        var (from, to) = (Math.Max(0, (first / 2) - 1), Math.Min(whole.shape[2], ((first + count + 1) / 2) + 1));
        return upsampler.Forward(whole.narrow(2, from, to - from)).narrow(2, first - (2 * from), count).MoveToOuterDisposeScope();
    });

    /// <summary>A result in memory, halved when it is read.</summary>
    public static RowSource Downsampled(Tensor whole, VaeDownsampler downsampler) => new(whole.shape[2] / 2, whole.shape[3] / 2, (first, count) =>
    {
        using var scope = NewDisposeScope();
        var rows = Math.Min((2 * count) + 1, whole.shape[2] - (2 * first));
        return downsampler.ForwardRows(whole.narrow(2, 2 * first, rows)).MoveToOuterDisposeScope();
    });

    /// <summary>Rows of a strip of so many pixels.</summary>
    public long Rows(long stripPixels) => Math.Max(1, stripPixels / Width);

    /// <summary>Applies a layer to strips with some rows of their surroundings, which the result loses again.</summary>
    /// <param name="rows">Rows of a strip.</param>
    /// <param name="halo">How many rows above and below the layer looks at.</param>
    /// <param name="layer">Keeps the size. It gets a strip with its surroundings.</param>
    /// <param name="take">Gets each strip's first row and the layer's result without the surroundings.</param>
    public void ForStrips(long rows, long halo, Func<Tensor, Tensor> layer, Action<long, Tensor> take)
    {
        for (long first = 0; first < Height; first += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, Height - first);
            var (from, to) = (Math.Max(0, first - halo), Math.Min(Height, first + count + halo));
            take(first, layer(Read(from, to - from)).narrow(2, first - from, count));
        }
    }
}
