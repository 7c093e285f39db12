using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>Work on many numbers that do not depend on each other, on as many threads as libtorch may use.</summary>
internal static class Stretches
{
    private const int Length = 1 << 15; // of numbers that one thread takes in a row

    /// <param name="count">How many numbers there are.</param>
    /// <param name="work">Told where a stretch begins, a multiple of 2^15, and where it ends.</param>
    public static void Run(long count, Action<long, long> work)
    {
        var parts = (int)((count + Length - 1) / Length);
        var workers = Math.Min(get_num_threads(), parts);
        if (workers <= 1)
        {
            work(0, count);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = workers }, part =>
        {
            var from = (long)part * Length;
            work(from, Math.Min(count, from + Length));
        });
    }
}
