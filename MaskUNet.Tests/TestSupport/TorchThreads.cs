using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>Work on a number of threads of libtorch's.</summary>
internal static class TorchThreads
{
    /// <summary>Does it, and leaves their number as it was.</summary>
    public static T Run<T>(int threads, Func<T> work)
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(threads);
            return work();
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
