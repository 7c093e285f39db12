namespace MaskUNet.Kernels;

/// <summary>Matrices in one piece of memory, one for each point of a Winograd tile.</summary>
/// <param name="start">Aligned memory of <see cref="Size"/>.</param>
/// <param name="rows">Of a matrix.</param>
/// <param name="columns">Of a matrix.</param>
internal readonly unsafe struct MatrixStack(float* start, int rows, int columns)
{
    private const int Apart = 16; // with strides of powers of two, an element of all matrices would fall on one set of the cache

    /// <summary>From a matrix to the next.</summary>
    public nint Stride { get; } = ((nint)rows * columns) + Apart;

    /// <summary>A matrix, by rows; the last one's successor is where the memory ends.</summary>
    public float* this[int matrix] => start + (matrix * Stride);

    /// <summary>How many numbers all take.</summary>
    /// <param name="count">Of matrices.</param>
    /// <param name="rows">Of a matrix.</param>
    /// <param name="columns">Of a matrix.</param>
    public static long Size(int count, int rows, int columns) => count * (((long)rows * columns) + Apart);
}
