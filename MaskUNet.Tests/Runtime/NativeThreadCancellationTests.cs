using MaskUNet.Runtime;

namespace MaskUNet.Tests.Runtime;

public sealed class NativeThreadCancellationTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly NativeThread thread = new("test thread");
    private readonly CancellationTokenSource source = new();
    private readonly ManualResetEventSlim running = new();
    private readonly ManualResetEventSlim release = new();

    public void Dispose()
    {
        release.Set();
        thread.Dispose();
        source.Dispose();
        running.Dispose();
        release.Dispose();
    }

    [Fact]
    public async Task A_job_that_is_cancelled_beforehand_never_begins()
    {
        await source.CancelAsync();
        var began = false;
        await thread.Awaiting(t => t.RunAsync(() => began = true, source.Token)).Should().ThrowAsync<OperationCanceledException>();
        began.Should().BeFalse();
    }

    [Fact]
    public async Task A_queued_job_that_is_cancelled_completes_while_another_unit_still_runs()
    {
        var busy = thread.RunAsync(Blocked);
        var began = false;
        var queued = thread.RunAsync(() => began = true, source.Token);
        running.Wait(Long);
        await source.CancelAsync();
        await queued.Awaiting(q => q.WaitAsync(Long)).Should().ThrowAsync<OperationCanceledException>();
        busy.IsCompleted.Should().BeFalse();
        release.Set();
        (await busy).Should().BeTrue();
        await thread.RunAsync(() => 1);
        began.Should().BeFalse();
    }

    [Fact]
    public async Task A_running_job_is_cancelled_within_one_unit_and_its_finally_block_has_run()
    {
        var (units, closed) = (0, false);
        IEnumerable<string?> Job()
        {
            try
            {
                while (true)
                {
                    units++;
                    Blocked();
                    yield return null;
                }
            }
            finally
            {
                closed = true;
            }
        }

        var job = thread.RunAsync(Job(), source.Token);
        running.Wait(Long);
        await source.CancelAsync();
        release.Set();
        var thrown = await job.Awaiting(j => j.WaitAsync(Long)).Should().ThrowAsync<OperationCanceledException>();
        thrown.Which.CancellationToken.Should().Be(source.Token);
        job.IsCanceled.Should().BeTrue();
        units.Should().Be(1);
        closed.Should().BeTrue();
    }

    [Fact]
    public async Task A_cancelled_job_does_not_wait_for_the_turns_of_the_others()
    {
        var (othersUnits, othersUnitsAtTheEnd) = (0, 0);
        IEnumerable<string?> Other()
        {
            while (true)
            {
                othersUnits++;
                Blocked();
                yield return null;
            }
        }

        IEnumerable<string?> Endless()
        {
            try
            {
                while (true)
                {
                    yield return null;
                }
            }
            finally
            {
                othersUnitsAtTheEnd = othersUnits;
            }
        }

        var cancelled = thread.RunAsync(Endless(), source.Token);
        var others = Enumerable.Range(0, 5).Select(_ => thread.RunAsync(Other(), CancellationToken.None)).ToArray();
        running.Wait(Long);
        await source.CancelAsync();
        release.Set();
        await cancelled.Awaiting(j => j.WaitAsync(Long)).Should().ThrowAsync<OperationCanceledException>();
        othersUnitsAtTheEnd.Should().Be(1);
        others.Should().AllSatisfy(o => o.IsCompleted.Should().BeFalse());
    }

    [Fact]
    public async Task A_job_that_throws_for_the_token_itself_counts_as_cancelled()
    {
        var job = thread.RunAsync(
            () =>
            {
                Blocked();
                source.Token.ThrowIfCancellationRequested();
                return 1;
            },
            source.Token);
        running.Wait(Long);
        await source.CancelAsync();
        release.Set();
        await job.Awaiting(j => j).Should().ThrowAsync<OperationCanceledException>();
        job.IsCanceled.Should().BeTrue();
    }

    [Fact]
    public async Task Cancelling_after_the_end_changes_nothing()
    {
        (await thread.RunAsync(() => 3, source.Token)).Should().Be(3);
        await source.CancelAsync();
        (await thread.RunAsync(() => 4)).Should().Be(4);
    }

    private bool Blocked()
    {
        running.Set();
        return release.Wait(Long);
    }
}
