namespace MaskUNet.Kernels;

/// <summary>What one thread works on, small enough for its own cache: weights of some channels, and their products with some tiles.</summary>
internal readonly unsafe struct WinogradScratch
{
    public const int MostChannels = 320;
    public const int MostTiles = 256;
    private const int Panel = RegisterTile.Columns;
    private const int TapsSize = WinogradTransforms.Taps * SquareTranspose.Size;

    /// <param name="memory">Aligned memory of <see cref="Size"/>.</param>
    public WinogradScratch(float* memory)
    {
        Weights = new MatrixStack(memory, MostChannels, Panel);
        Products = new MatrixStack(Weights[MatrixStack.Count], MostTiles, Panel);
        Taps = Products[MatrixStack.Count];
        Ones = Taps + TapsSize;
        Unused = Ones + Panel;
        new Span<float>(Ones, Panel).Fill(1);
    }

    /// <summary>How many numbers all takes.</summary>
    public static long Size { get; } = MatrixStack.Size(MostChannels, Panel) + MatrixStack.Size(MostTiles, Panel) + TapsSize + (2 * Panel);

    /// <summary>[channels in, 64 channels out].</summary>
    public MatrixStack Weights { get; }

    /// <summary>[tiles, 64 channels out].</summary>
    public MatrixStack Products { get; }

    /// <summary>3x3 weights of 16 channels in and 16 out.</summary>
    public float* Taps { get; }

    /// <summary>64 times 1.</summary>
    public float* Ones { get; }

    /// <summary>Takes 64 channels of what lies outside the picture.</summary>
    public float* Unused { get; }
}
