namespace MaskUNet.Kernels;

/// <summary>
/// Winograd's maps into and out of the domain where a 3x3 convolution is one product a point (Lavin and Gray 2016); a channel a lane. A tile's results see
/// its pixels of the input and one more on each side.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe interface IWinogradMaps<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Pixels of the input that are a tile's own, in each direction.</summary>
    static abstract int Pixels { get; }

    /// <summary>Results of a tile, in each direction.</summary>
    static abstract int Results { get; }

    /// <summary>How many points there are, and products a pair of channels.</summary>
    static abstract int Points { get; }

    /// <summary>B^T d B of the pixels that a tile's results see, some channels of them.</summary>
    /// <param name="pixels">By rows.</param>
    /// <param name="first">The first of the channels.</param>
    /// <param name="channels">How many, a multiple of the lanes.</param>
    /// <param name="to">Takes the channels at the first point.</param>
    /// <param name="stride">From there to the next point.</param>
    static abstract void MapPixels(float** pixels, int first, int channels, float* to, nint stride);

    /// <summary>G g G^T of a kernel a lane.</summary>
    /// <param name="taps">Its first weight.</param>
    /// <param name="apart">From a weight to the next.</param>
    /// <param name="to">Takes the first point.</param>
    /// <param name="stride">From there to the next point.</param>
    static abstract void MapKernels(float* taps, nint apart, float* to, nint stride);

    /// <summary>A^T m A, a tile's results of a strip's channels, and the bias.</summary>
    /// <param name="sums">The products' sums at the first point.</param>
    /// <param name="stride">From there to the next point.</param>
    /// <param name="bias">The strip's.</param>
    /// <param name="results">Where each result goes, by rows.</param>
    static abstract void MapResults(float* sums, nint stride, float* bias, float** results);
}
