namespace MaskUNet.Kernels;

/// <summary>The 2x2 tiles of a batch of pictures, picture by picture and row by row; the last of a row or column may stick out.</summary>
/// <param name="Batch">Pictures.</param>
/// <param name="Height">Pixels of the result.</param>
/// <param name="Width">Pixels of the result.</param>
/// <param name="Scale">How often a pixel of the input is repeated in each direction, which divides height and width.</param>
internal readonly unsafe record struct TileGrid(int Batch, int Height, int Width, int Scale)
{
    private const int Size = 2;

    /// <summary>How many tiles there are.</summary>
    public int Count => Batch * Rows * Columns;

    private int Rows => (Height + 1) / Size;

    private int Columns => (Width + 1) / Size;

    /// <summary>The 4x4 pixels that a tile's results see.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="input">[B, H / scale, W / scale, channels].</param>
    /// <param name="channels">Of a pixel.</param>
    /// <param name="outside">What stands for pixels outside the picture.</param>
    /// <param name="pixels">Takes 16.</param>
    public void Surroundings(int tile, float* input, int channels, float* outside, float** pixels)
    {
        var (picture, top, left) = At(tile);
        for (var i = 0; i < 16; i++)
        {
            var (y, x) = (top - 1 + (i / 4), left - 1 + (i % 4));
            pixels[i] = Holds(y, x) ? input + ((((((nint)picture * (Height / Scale)) + (y / Scale)) * (Width / Scale)) + (x / Scale)) * channels) : outside;
        }
    }

    /// <summary>A tile's own 2x2 pixels.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="output">[B, H, W, channels].</param>
    /// <param name="channels">Of a pixel.</param>
    /// <param name="outside">What stands for pixels outside the picture.</param>
    /// <param name="pixels">Takes 4.</param>
    public void Results(int tile, float* output, int channels, float* outside, float** pixels)
    {
        var (picture, top, left) = At(tile);
        for (var i = 0; i < 4; i++)
        {
            var (y, x) = (top + (i / 2), left + (i % 2));
            pixels[i] = Holds(y, x) ? output + ((((((nint)picture * Height) + y) * Width) + x) * channels) : outside;
        }
    }

    private bool Holds(int y, int x) => (uint)y < (uint)Height && (uint)x < (uint)Width;

    private (int Picture, int Top, int Left) At(int tile)
    {
        var (row, column) = Math.DivRem(tile, Columns);
        (var picture, row) = Math.DivRem(row, Rows);
        return (picture, Size * row, Size * column);
    }
}
