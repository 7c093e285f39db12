namespace MaskUNet.Kernels;

/// <summary>What one thread works on: weights from some channels to those of a register tile, and their products with some tiles.</summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TMaps">The maps.</typeparam>
internal readonly unsafe struct WinogradScratch<T, TMaps>
    where T : unmanaged, ILanes<T>
    where TMaps : IWinogradMaps<T>
{
    public const int MostChannels = 320;
    public const int MostTiles = 256;

    /// <param name="memory">Aligned memory of <see cref="Size"/>.</param>
    public WinogradScratch(float* memory)
    {
        Weights = new MatrixStack(memory, MostChannels, Strip);
        Products = new MatrixStack(Weights[TMaps.Points], MostTiles, Strip);
        Taps = Products[TMaps.Points];
        Unused = Taps + TapsSize;
    }

    /// <summary>How many numbers all takes.</summary>
    public static long Size { get; } = MatrixStack.Size(TMaps.Points, MostChannels, Strip) + MatrixStack.Size(TMaps.Points, MostTiles, Strip) + TapsSize + Strip;

    private static int TapsSize => WinogradWeights<T, TMaps>.ScratchSize;

    private static int Strip => RegisterTile<T>.Columns;

    /// <summary>[channels in, strip of channels out].</summary>
    public MatrixStack Weights { get; }

    /// <summary>[tiles, strip of channels out].</summary>
    public MatrixStack Products { get; }

    /// <summary>3x3 weights of a lane's channels in and out each.</summary>
    public float* Taps { get; }

    /// <summary>Takes a strip of what lies outside the picture.</summary>
    public float* Unused { get; }
}
