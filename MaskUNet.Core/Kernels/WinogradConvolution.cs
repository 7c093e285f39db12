using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// A 3x3 convolution of stride 1 and padding 1 by Winograd's F(m x m, 3x3): 2x2 results take 16 products a pair of channels instead of 36, 4x4 results 36
/// instead of 144. Transformed pixels are there one block of tiles at a time, transformed weights a few hundred channels by 64 at a time. What a result is
/// summed of, and in which order, depends neither on the blocks nor on the batch nor on the threads. The adjoint, from the output's gradient to the
/// input's, is the same with the kernels turned around and the channels exchanged.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TMaps">The maps.</typeparam>
internal sealed unsafe class WinogradConvolution<T, TMaps>
    where T : unmanaged, ILanes<T>
    where TMaps : IWinogradMaps<T>
{
    private const int FewPixels = 64;
    private const int BlockTiles = 512; // both so that a block stays in the cache that the threads share
    private const int BlockNumbers = 5 << 20;
    private const int PartTiles = 16;
    private const int PanelChannels = 64; // results for which transformed pixels are read at a time, in strips of a register tile's columns
    private const int RowsAtOnce = 24; // so few that they stay in the first cache from strip to strip

    private readonly TileGrid grid;
    private readonly bool adjoint;
    private readonly int inner;
    private readonly int outer;
    private readonly float* input;
    private readonly float* weight;
    private readonly float* bias;
    private readonly float* outside;
    private readonly float* unscaled;
    private readonly float* output;
    private readonly float* scratches;
    private readonly int blocks;
    private readonly int workers = get_num_threads();
    private readonly int mostTiles;
    private readonly MatrixStack pixels;
    private readonly float* factor;
    private readonly float* summand;
    private readonly float* normalised;

    private WinogradConvolution(TileGrid grid, Tensor input, Tensor weight, Tensor? bias, Tensor output, bool adjoint, (Tensor Factor, Tensor Summand)? norm)
    {
        (this.grid, this.adjoint) = (grid, adjoint);
        (outer, inner) = ((int)output.shape[1], (int)input.shape[1]);
        this.input = Start(input);
        this.weight = Start(weight);
        this.bias = Start(bias ?? zeros(outer));
        this.output = Start(output);
        outside = Start(zeros(inner));
        unscaled = Start(ones(Strip));
        blocks = Parts(grid.Count, Math.Clamp(BlockNumbers / TMaps.Points / inner, RegisterTile<T>.Rows, BlockTiles));
        mostTiles = Parts(grid.Count, blocks) + RegisterTile<T>.Rows - 1; // the last rows of a product may be nobody's
        pixels = new MatrixStack(Start(empty(MatrixStack.Size(TMaps.Points, mostTiles, inner))), mostTiles, inner);
        scratches = Start(empty(workers * MostStrips * WinogradScratch<T, TMaps>.Size));
        if (norm is var (scale, shift))
        {
            factor = Start(scale);
            summand = Start(shift);
            normalised = Start(empty(grid.MostRowsSeen(mostTiles) * RowNumbers));
        }
    }

    private long RowNumbers => (long)grid.Width * inner;

    private static int Strip => RegisterTile<T>.Columns;

    private static int MostStrips => PanelChannels / Strip;

    /// <summary>Whether the tensors are plain float32 of a size that gains.</summary>
    public static bool Fits(Tensor input, Tensor weight) =>
        input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32
        && weight.shape[2] == 3 && weight.shape[3] == 3 && weight.shape[1] == input.shape[1]
        && weight.shape[0] % Strip == 0 && weight.shape[1] % T.Count == 0
        && Grid(input) is var grid && grid.OutputHeight * grid.OutputWidth >= FewPixels;

    /// <summary>Whether the adjoint of what <see cref="Fits"/> is possible too.</summary>
    public static bool FitsAdjoint(Tensor weight) => weight.shape[1] % Strip == 0;

    /// <summary>Convolves, without gradients.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="norm">
    /// What the input's pixels are multiplied by and what is added then, before SiLU, two of [B, in, 1, 1]; or null for the pixels as they are. They are made so for
    /// a block of tiles at a time, and never leave the caches.
    /// </param>
    /// <returns>[B, out, H, W] where a tile has a result a pixel, channels-last.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, (Tensor Factor, Tensor Summand)? norm = null) =>
        Apply(input, weight, bias, channels: weight.shape[0], adjoint: false, norm);

    /// <summary>The input's gradient from the output's, without gradients of its own.</summary>
    /// <param name="gradient">[B, out, H, W].</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <returns>[B, in, H, W] where a tile has a result a pixel, channels-last.</returns>
    public static Tensor Adjoint(Tensor gradient, Tensor weight) => Apply(gradient, weight, bias: null, channels: weight.shape[1], adjoint: true, norm: null);

    private static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, long channels, bool adjoint, (Tensor Factor, Tensor Summand)? norm)
    {
        using var scope = NewDisposeScope();
        var grid = Grid(input);
        var output = Empty(grid.Batch, channels, grid.OutputHeight, grid.OutputWidth);
        new WinogradConvolution<T, TMaps>(grid, input, weight, bias, output, adjoint, norm).Run();
        return output.MoveToOuterDisposeScope();
    }

    private static TileGrid Grid(Tensor input) => new((int)input.shape[0], (int)input.shape[2], (int)input.shape[3], TMaps.Pixels, TMaps.Results);

    private void Run()
    {
        for (var block = 0; block < blocks; block++)
        {
            var tiles = Part(0, grid.Count, block, blocks);
            var seen = normalised is null ? (nint)input : (nint)NormaliseRows(tiles);
            InParallel(Parts(tiles.Count, PartTiles), (part, parts, _) => TransformPixels((float*)seen, tiles.First, Part(tiles.First, tiles.Count, part, parts)));
            var groups = Parts(tiles.Count, WinogradScratch<T, TMaps>.MostTiles);
            var panels = Parts(outer / Strip, MostStrips);
            InParallel(groups * panels, (item, _, worker) =>
            {
                var panel = Math.DivRem(item, groups, out var group);
                Multiply(tiles.First, Part(tiles.First, tiles.Count, group, groups), Part(0, outer / Strip, panel, panels), worker);
            });
        }
    }

    // Where the input would begin if all of its rows were normalised.
    private float* NormaliseRows((int First, int Count) tiles)
    {
        var (first, end) = grid.RowsSeen(tiles.First, tiles.Count);
        InParallel((int)(end - first), (item, _, _) =>
        {
            var row = first + item;
            var picture = row / grid.Height * inner;
            ChannelPasses.Normalise(input + (row * RowNumbers), factor + picture, summand + picture, silu: true, normalised + (item * RowNumbers), inner, 0, grid.Width);
        });
        return normalised - (first * RowNumbers);
    }

    private void TransformPixels(float* from, int blockStart, (int First, int Count) tiles)
    {
        var seen = stackalloc float*[(TMaps.Pixels + 2) * (TMaps.Pixels + 2)];
        for (var tile = tiles.First; tile < tiles.First + tiles.Count; tile++)
        {
            grid.FindPixels(tile, from, inner, outside, seen);
            for (var channel = 0; channel < inner; channel += WinogradScratch<T, TMaps>.MostChannels)
            {
                TMaps.MapPixels(seen, channel, Channels(channel), Pixels(0, tile - blockStart, channel), pixels.Stride);
            }
        }
    }

    private void Multiply(int blockStart, (int First, int Count) tiles, (int First, int Count) strips, int worker)
    {
        for (var channel = 0; channel < inner; channel += WinogradScratch<T, TMaps>.MostChannels)
        {
            for (var strip = 0; strip < strips.Count; strip++)
            {
                TransformWeights(channel, (strips.First + strip) * Strip, Scratch(worker, strip));
            }

            for (var matrix = 0; matrix < TMaps.Points; matrix++)
            {
                for (var row = 0; row < tiles.Count; row += RowsAtOnce)
                {
                    var rows = Math.Min(RowsAtOnce, Parts(tiles.Count - row, RegisterTile<T>.Rows) * RegisterTile<T>.Rows);
                    var from = Pixels(matrix, tiles.First - blockStart + row, channel);
                    for (var strip = 0; strip < strips.Count; strip++)
                    {
                        Multiply(matrix, from, row, rows, channel, Scratch(worker, strip));
                    }
                }
            }
        }

        for (var strip = 0; strip < strips.Count; strip++)
        {
            TransformResults(tiles, (strips.First + strip) * Strip, Scratch(worker, strip));
        }
    }

    private void Multiply(int matrix, float* from, int row, int rows, int channel, WinogradScratch<T, TMaps> scratch)
    {
        var products = scratch.Products[matrix] + (row * Strip);
        var channels = Channels(channel);
        RegisterTile<T>.Multiply(from, channels, 1, rows, scratch.Weights[matrix], channels, products, channel == 0 ? null : unscaled);
    }

    private void TransformWeights(int channel, int firstOuter, WinogradScratch<T, TMaps> scratch)
    {
        if (adjoint)
        {
            WinogradWeights<T, TMaps>.WriteAdjoint(weight + ((nint)channel * WinogradWeights<T, TMaps>.Taps * outer) + firstOuter, outer, Channels(channel), scratch.Weights);
        }
        else
        {
            WinogradWeights<T, TMaps>.Write(weight + ((nint)firstOuter * WinogradWeights<T, TMaps>.Taps * inner) + channel, inner, Channels(channel), scratch.Weights, scratch.Taps);
        }
    }

    private void TransformResults((int First, int Count) tiles, int firstOuter, WinogradScratch<T, TMaps> scratch)
    {
        var results = stackalloc float*[TMaps.Results * TMaps.Results];
        for (var tile = 0; tile < tiles.Count; tile++)
        {
            grid.FindResults(tiles.First + tile, output + firstOuter, outer, scratch.Unused, results);
            TMaps.MapResults(scratch.Products[0] + (tile * Strip), scratch.Products.Stride, bias + firstOuter, results);
        }
    }

    /// <summary>How many of the input's channels are worked on together with this one, the first of them.</summary>
    private int Channels(int channel) => Math.Min(WinogradScratch<T, TMaps>.MostChannels, inner - channel);

    /// <summary>A tile's transformed pixels, of those channels, which lie tile by tile so that memory is read in a row.</summary>
    private float* Pixels(int matrix, int tile, int channel) =>
        pixels[matrix] + ((nint)mostTiles * channel) + ((nint)tile * Channels(channel));

    private WinogradScratch<T, TMaps> Scratch(int worker, int strip) => new(scratches + (((worker * MostStrips) + strip) * WinogradScratch<T, TMaps>.Size));

    private void InParallel(int items, Action<int, int, int> work)
    {
        var next = -1;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
        {
            for (var item = Interlocked.Increment(ref next); item < items; item = Interlocked.Increment(ref next))
            {
                work(item, items, worker);
            }
        });
    }

    /// <summary>Into how many parts something goes; <see cref="Part"/> makes them as even as can be.</summary>
    private static int Parts(int count, int most) => (count + most - 1) / most;

    private static (int First, int Count) Part(int first, int count, int part, int parts)
    {
        var start = (int)((long)count * part / parts);
        return (first + start, (int)((long)count * (part + 1) / parts) - start);
    }

    /// <summary>No view of anything, unlike a permuted tensor: autograd forbids in-place changes of views that a function of ours returns.</summary>
    private static Tensor Empty(long batch, long channels, long height, long width) =>
        empty_strided([batch, channels, height, width], [height * width * channels, 1, width * channels, channels]);

    /// <summary>Channels-last. The dispose scope keeps the copy, if it is one.</summary>
    private static float* Start(Tensor tensor)
    {
        var ordered = tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor;
        return (float*)TensorAddress.Of(ordered.contiguous());
    }
}
