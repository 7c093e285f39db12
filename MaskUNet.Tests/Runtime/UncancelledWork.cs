using MaskUNet.Runtime;

namespace MaskUNet.Tests.Runtime;

internal static class UncancelledWork
{
    public static Task<TResult> RunAsync<TResult>(this NativeThread thread, Func<TResult> job) => thread.RunAsync(job, CancellationToken.None);
}
