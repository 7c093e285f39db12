using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Work on many numbers that do not depend on each other, on as many threads as libtorch may use.</summary>
internal static class Stretches
{
    private const int Length = 1 << 15; // of numbers that one thread takes in a row

    /// <param name="count">How many numbers there are.</param>
    /// <param name="work">Told where a stretch begins, a multiple of the length, and where it ends; on one thread, all at once.</param>
    /// <param name="length">How many one thread takes in a row; 2^15 by default.</param>
    public static void Run(long count, Action<long, long> work, long length = Length)
    {
        var parts = (int)((count + length - 1) / length);
        var workers = Math.Min(get_num_threads(), parts);
        if (workers <= 1)
        {
            work(0, count);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = workers }, part =>
        {
            var from = part * length;
            work(from, Math.Min(count, from + length));
        });
    }
}
