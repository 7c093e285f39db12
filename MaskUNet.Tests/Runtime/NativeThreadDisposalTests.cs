using MaskUNet.Runtime;

namespace MaskUNet.Tests.Runtime;

public class NativeThreadDisposalTests
{
    [Fact]
    public async Task Disposing_lets_the_running_unit_end_and_fails_all_other_work_with_a_message_that_says_why()
    {
        var thread = new NativeThread("the thread");
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var (unitEnded, closed) = (false, false);
        IEnumerable<string?> Job()
        {
            try
            {
                running.Set();
                release.Wait(TimeSpan.FromSeconds(30));
                unitEnded = true;
                yield return null;
                yield return "never";
            }
            finally
            {
                closed = true;
            }
        }

        var job = thread.RunAsync(Job(), CancellationToken.None);
        var queued = thread.RunAsync(() => 1);
        running.Wait();
        var disposal = Task.Run(thread.Dispose);
        SpinWait.SpinUntil(() => RefusesWork(thread), TimeSpan.FromSeconds(30)).Should().BeTrue();
        disposal.IsCompleted.Should().BeFalse();
        release.Set();
        await disposal;
        unitEnded.Should().BeTrue();
        closed.Should().BeTrue();
        await job.Awaiting(j => j).Should().ThrowAsync<MaskUNetException>().WithMessage("the thread was disposed before*await*");
        await queued.Awaiting(q => q).Should().ThrowAsync<MaskUNetException>().WithMessage("the thread was disposed before*");
    }

    [Fact]
    public async Task A_disposed_thread_takes_no_work_and_may_be_disposed_again()
    {
        var thread = new NativeThread("the thread");
        thread.Dispose();
        thread.Dispose();
        await thread.Awaiting(t => t.RunAsync(() => 1)).Should().ThrowAsync<ObjectDisposedException>();
        await thread.Awaiting(t => t.RunAsync(Array.Empty<string>(), CancellationToken.None)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_job_may_dispose_its_own_thread()
    {
        var thread = new NativeThread("the thread");
        var result = await thread.RunAsync(() =>
        {
            thread.Dispose();
            return 5;
        });
        result.Should().Be(5);
        thread.Dispose();
    }

    private static bool RefusesWork(NativeThread thread)
    {
        try
        {
            _ = thread.RunAsync(Array.Empty<string>(), CancellationToken.None);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
