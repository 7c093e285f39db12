using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>
/// A 3x3 convolution of stride 1 and padding 1 by Winograd's F(2x2, 3x3) (Lavin and Gray 2016): 2x2 results take 16 products a pair of
/// channels instead of 36, and 9 where each pixel of the input stands twice in both directions. Transformed pixels are there one block of
/// tiles at a time, transformed weights a few hundred channels by 64 at a time. What a result is summed of, and in which order, depends
/// neither on the blocks nor on the batch nor on the threads. The adjoint, from the output's gradient to the input's, is the same with
/// the kernels turned around and the channels exchanged.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal sealed unsafe class WinogradConvolution<T>
    where T : unmanaged, ILanes<T>
{
    private const int FewPixels = 64;
    private const int BlockTiles = 512; // both so that a block stays in the cache that the threads share,
    private const int BlockPixels = 320 << 10; // where a number of the input takes 16 times 4 bytes
    private const int PartTiles = 16;
    private const int PanelChannels = 64; // results for which transformed pixels are read at a time, in strips of a register tile's columns
    private const int RowsAtOnce = 24; // so few that they stay in the first cache from strip to strip

    private readonly TileGrid grid;
    private readonly int scale;
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

    private WinogradConvolution(TileGrid grid, Tensor input, Tensor weight, Tensor? bias, Tensor output, int scale, bool adjoint)
    {
        (this.grid, this.scale, this.adjoint) = (grid, scale, adjoint);
        (outer, inner) = ((int)output.shape[1], (int)input.shape[1]);
        this.input = Start(input);
        this.weight = Start(weight);
        this.bias = Start(bias ?? zeros(outer));
        this.output = Start(output);
        outside = Start(zeros(inner));
        unscaled = Start(ones(Strip));
        blocks = Parts(grid.Count, Math.Clamp(BlockPixels / inner, RegisterTile<T>.Rows, BlockTiles));
        mostTiles = Parts(grid.Count, blocks) + RegisterTile<T>.Rows - 1; // the last rows of a product may be nobody's
        pixels = new MatrixStack(Start(empty(MatrixStack.Size(mostTiles, inner))), mostTiles, inner);
        scratches = Start(empty(workers * MostStrips * WinogradScratch<T>.Size));
    }

    private static int Strip => RegisterTile<T>.Columns;

    private static int MostStrips => PanelChannels / Strip;

    /// <summary>Whether the tensors are plain float32 of a size that gains.</summary>
    public static bool Fits(Tensor input, Tensor weight, int scale = 1) =>
        input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32
        && weight.shape[2] == 3 && weight.shape[3] == 3 && weight.shape[1] == input.shape[1]
        && weight.shape[0] % Strip == 0 && weight.shape[1] % T.Count == 0
        && input.shape[2] * input.shape[3] * scale * scale >= FewPixels;

    /// <summary>Whether the adjoint of what <see cref="Fits"/> is possible too.</summary>
    public static bool FitsAdjoint(Tensor weight) => weight.shape[1] % Strip == 0;

    /// <summary>Convolves, without gradients.</summary>
    /// <param name="input">[B, in, H, W].</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <param name="bias">[out] or null.</param>
    /// <param name="scale">1, or 2 to repeat each pixel of the input in both directions first.</param>
    /// <returns>[B, out, scale * H, scale * W], channels-last.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int scale = 1)
    {
        using var scope = NewDisposeScope();
        var grid = new TileGrid((int)input.shape[0], (int)input.shape[2] * scale, (int)input.shape[3] * scale, scale);
        var output = Empty(grid.Batch, weight.shape[0], grid.Height, grid.Width);
        new WinogradConvolution<T>(grid, input, weight, bias, output, scale, adjoint: false).Run();
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>The input's gradient from the output's, without gradients of its own.</summary>
    /// <param name="gradient">[B, out, scale * H, scale * W].</param>
    /// <param name="weight">[out, in, 3, 3].</param>
    /// <param name="scale">What the convolution had.</param>
    /// <returns>[B, in, H, W], channels-last.</returns>
    public static Tensor Adjoint(Tensor gradient, Tensor weight, int scale = 1)
    {
        using var scope = NewDisposeScope();
        var grid = new TileGrid((int)gradient.shape[0], (int)gradient.shape[2], (int)gradient.shape[3], Scale: 1);
        var output = Empty(grid.Batch, weight.shape[1], grid.Height / scale, grid.Width / scale);
        new WinogradConvolution<T>(grid, gradient, weight, bias: null, output, scale, adjoint: true).Run();
        return output.MoveToOuterDisposeScope();
    }

    private void Run()
    {
        for (var block = 0; block < blocks; block++)
        {
            var tiles = Part(0, grid.Count, block, blocks);
            InParallel(Parts(tiles.Count, PartTiles), (part, parts, _) => TransformPixels(tiles.First, Part(tiles.First, tiles.Count, part, parts)));
            var groups = Parts(tiles.Count, WinogradScratch<T>.MostTiles);
            var panels = Parts(outer / Strip, MostStrips);
            InParallel(groups * panels, (item, _, worker) =>
            {
                var panel = Math.DivRem(item, groups, out var group);
                Multiply(tiles.First, Part(tiles.First, tiles.Count, group, groups), Part(0, outer / Strip, panel, panels), worker);
            });
        }
    }

    private void TransformPixels(int blockStart, (int First, int Count) tiles)
    {
        var around = stackalloc float*[16];
        for (var tile = tiles.First; tile < tiles.First + tiles.Count; tile++)
        {
            grid.Surroundings(tile, input, inner, outside, around);
            for (var channel = 0; channel < inner; channel += WinogradScratch<T>.MostChannels)
            {
                WinogradTransforms<T>.Pixels(around, channel, Channels(channel), Pixels(0, tile - blockStart, channel), pixels.Stride);
            }
        }
    }

    private void Multiply(int blockStart, (int First, int Count) tiles, (int First, int Count) strips, int worker)
    {
        for (var channel = 0; channel < inner; channel += WinogradScratch<T>.MostChannels)
        {
            for (var strip = 0; strip < strips.Count; strip++)
            {
                TransformWeights(channel, (strips.First + strip) * Strip, Scratch(worker, strip));
            }

            for (var matrix = 0; matrix < MatrixStack.Count; matrix++)
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

    private void Multiply(int matrix, float* from, int row, int rows, int channel, WinogradScratch<T> scratch)
    {
        var products = scratch.Products[matrix] + (row * Strip);
        if (IsZero(matrix))
        {
            new Span<float>(products, rows * Strip).Clear();
        }
        else
        {
            var channels = Channels(channel);
            RegisterTile<T>.Multiply(from, channels, 1, rows, scratch.Weights[matrix], channels, products, channel == 0 ? null : unscaled);
        }
    }

    private void TransformWeights(int channel, int firstOuter, WinogradScratch<T> scratch)
    {
        if (adjoint)
        {
            WinogradTransforms<T>.AdjointWeights(weight + ((nint)channel * WinogradTransforms<T>.Taps * outer) + firstOuter, outer, Channels(channel), scratch);
        }
        else
        {
            WinogradTransforms<T>.Weights(weight + ((nint)firstOuter * WinogradTransforms<T>.Taps * inner) + channel, inner, Channels(channel), scratch);
        }
    }

    private void TransformResults((int First, int Count) tiles, int firstOuter, WinogradScratch<T> scratch)
    {
        var results = stackalloc float*[4];
        for (var tile = 0; tile < tiles.Count; tile++)
        {
            var sums = scratch.Products[0] + (tile * Strip);
            if (adjoint && scale == 2)
            {
                WinogradTransforms<T>.ResultsSum(sums, scratch.Products.Stride, output + ((nint)(tiles.First + tile) * outer) + firstOuter);
                continue;
            }

            grid.Results(tiles.First + tile, output + firstOuter, outer, scratch.Unused, results);
            WinogradTransforms<T>.Results(sums, scratch.Products.Stride, bias + firstOuter, results);
        }
    }

    /// <summary>
    /// Where pixels stand twice, the two in a tile's middle are equal, and so is their difference, the third of four, zero. Where a tile's
    /// results are summed, the third falls out.
    /// </summary>
    private bool IsZero(int matrix) => scale == 2 && (matrix / 4 == 2 || matrix % 4 == 2);

    /// <summary>How many of the input's channels are worked on together with this one, the first of them.</summary>
    private int Channels(int channel) => Math.Min(WinogradScratch<T>.MostChannels, inner - channel);

    /// <summary>A tile's transformed pixels, of those channels, which lie tile by tile so that memory is read in a row.</summary>
    private float* Pixels(int matrix, int tile, int channel) =>
        pixels[matrix] + ((nint)mostTiles * channel) + ((nint)tile * Channels(channel));

    private WinogradScratch<T> Scratch(int worker, int strip) => new(scratches + (((worker * MostStrips) + strip) * WinogradScratch<T>.Size));

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
