namespace MaskUNet.Kernels;

/// <summary>The tiles of a batch of pictures, picture by picture and row by row; the last of a row or column may stick out.</summary>
/// <param name="Batch">Pictures.</param>
/// <param name="Height">Pixels of the input.</param>
/// <param name="Width">Pixels of the input.</param>
/// <param name="Pixels">Of the input, that are a tile's own, in each direction.</param>
/// <param name="Results">Of a tile, in each direction.</param>
internal readonly unsafe record struct TileGrid(int Batch, int Height, int Width, int Pixels, int Results)
{
    /// <summary>How many tiles there are.</summary>
    public int Count => Batch * Rows * Columns;

    /// <summary>Rows of the output.</summary>
    public int OutputHeight => Height * Results / Pixels;

    /// <summary>Pixels of a row of the output.</summary>
    public int OutputWidth => Width * Results / Pixels;

    private int Rows => (Height + Pixels - 1) / Pixels;

    private int Columns => (Width + Pixels - 1) / Pixels;

    /// <summary>The pixels that a tile's results see, one more on each side than are its own.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="input">[B, H, W, channels].</param>
    /// <param name="channels">Of a pixel.</param>
    /// <param name="outside">What stands for pixels outside the picture.</param>
    /// <param name="pixels">Takes them, by rows.</param>
    public void FindPixels(int tile, float* input, int channels, float* outside, float** pixels)
    {
        var (picture, row, column) = At(tile);
        Find(input + ((nint)picture * Height * Width * channels), Height, Width, channels, (Pixels * row) - 1, (Pixels * column) - 1, Pixels + 2, outside, pixels);
    }

    /// <summary>The rows of pixels that some tiles' results see, counted through all pictures.</summary>
    /// <param name="first">The first tile.</param>
    /// <param name="count">How many tiles, at least one.</param>
    public (long First, long End) RowsSeen(int first, int count)
    {
        var (begin, end) = (At(first), At(first + count - 1));
        return (((long)begin.Picture * Height) + Math.Max(0, (Pixels * begin.Row) - 1), ((long)end.Picture * Height) + Math.Min(Height, (Pixels * end.Row) + Pixels + 1));
    }

    /// <summary>As many rows as <see cref="RowsSeen"/> gives at most.</summary>
    /// <param name="count">How many tiles.</param>
    public long MostRowsSeen(int count) => Math.Min((long)Batch * Height, (((long)(count + Columns - 2) / Columns) + 1) * Pixels + 2);

    /// <summary>Where a tile's results go.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="output">[B, output height, output width, channels].</param>
    /// <param name="channels">Of a pixel.</param>
    /// <param name="outside">What takes results outside the picture.</param>
    /// <param name="results">Takes them, by rows.</param>
    public void FindResults(int tile, float* output, int channels, float* outside, float** results)
    {
        var (picture, row, column) = At(tile);
        Find(output + ((nint)picture * OutputHeight * OutputWidth * channels), OutputHeight, OutputWidth, channels, Results * row, Results * column, Results, outside, results);
    }

    private static void Find(float* picture, int height, int width, int channels, int top, int left, int side, float* outside, float** found)
    {
        for (var y = top; y < top + side; y++)
        {
            for (var x = left; x < left + side; x++)
            {
                *found++ = (uint)y < (uint)height && (uint)x < (uint)width ? picture + ((((nint)y * width) + x) * channels) : outside;
            }
        }
    }

    private (int Picture, int Row, int Column) At(int tile)
    {
        var (row, column) = Math.DivRem(tile, Columns);
        (var picture, row) = Math.DivRem(row, Rows);
        return (picture, row, column);
    }
}
