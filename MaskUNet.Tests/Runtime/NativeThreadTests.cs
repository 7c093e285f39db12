using System.Collections.Concurrent;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Runtime;

public sealed class NativeThreadTests : IDisposable
{
    private readonly NativeThread thread = new("test thread");

    public void Dispose() => thread.Dispose();

    [Fact]
    public async Task A_job_of_one_unit_returns_its_value() =>
        (await thread.RunAsync(() => 6 * 7)).Should().Be(42);

    [Fact]
    public async Task Every_unit_and_the_finally_block_run_on_the_one_named_thread()
    {
        var seen = new ConcurrentBag<Thread>();
        IEnumerable<string?> Job()
        {
            try
            {
                seen.Add(Thread.CurrentThread);
                yield return null;
                seen.Add(Thread.CurrentThread);
                yield return "done";
            }
            finally
            {
                seen.Add(Thread.CurrentThread);
            }
        }

        (await thread.RunAsync(Job(), CancellationToken.None)).Should().Be("done");
        seen.Should().HaveCount(3).And.AllSatisfy(t => t.Name.Should().Be("test thread"));
        seen.Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Ten_callers_take_turns_one_unit_each()
    {
        using var start = new ManualResetEventSlim();
        var order = new ConcurrentQueue<int>();
        var gate = thread.RunAsync(() => start.Wait(TimeSpan.FromSeconds(30)));
        var jobs = Enumerable.Range(0, 10).Select(caller => thread.RunAsync(Units(5, () => order.Enqueue(caller)), CancellationToken.None)).ToArray();
        start.Set();
        await Task.WhenAll(jobs);
        order.Should().Equal(Enumerable.Range(0, 50).Select(turn => turn % 10));
        (await gate).Should().BeTrue();
    }

    [Fact]
    public async Task A_newcomer_waits_for_one_round_not_for_the_jobs_before_it()
    {
        using var come = new ManualResetEventSlim();
        var units = 0;
        var endless = thread.RunAsync(Units(1_000_000, () =>
        {
            come.Set();
            Interlocked.Increment(ref units);
            Thread.Sleep(1);
        }), CancellationToken.None);
        come.Wait();
        await thread.RunAsync(() => 1);
        units.Should().BeLessThan(1_000_000);
        endless.IsCompleted.Should().BeFalse();
        thread.Dispose();
        await endless.Awaiting(e => e).Should().ThrowAsync<MaskUNetException>();
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_result()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => thread.RunAsync(Job(i), CancellationToken.None))));
        results.Should().Equal(Enumerable.Range(0, 200).Select(i => $"{3 * i}"));

        static IEnumerable<string?> Job(int value)
        {
            using var kept = (ones(1) * value).DetachFromDisposeScope();
            yield return null;
            kept.add_(value);
            yield return null;
            kept.add_(value);
            yield return $"{kept.item<float>()}";
        }
    }

    [Fact]
    public async Task Continuations_do_not_run_on_the_native_thread()
    {
        using var start = new ManualResetEventSlim();
        var job = thread.RunAsync(Units(2, () => start.Wait(TimeSpan.FromSeconds(30))), CancellationToken.None);
        var name = job.ContinueWith(_ => Thread.CurrentThread.Name, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        start.Set();
        (await name).Should().NotBe("test thread");
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_after_the_finally_block_and_the_thread_goes_on()
    {
        var closed = false;
        IEnumerable<string?> Job()
        {
            try
            {
                yield return null;
                throw new FormatException("as thrown");
            }
            finally
            {
                closed = true;
            }
        }

        (await thread.Awaiting(t => t.RunAsync(Job(), CancellationToken.None)).Should().ThrowAsync<FormatException>()).WithMessage("as thrown");
        closed.Should().BeTrue();
        (await thread.RunAsync(() => 1)).Should().Be(1);
    }

    [Fact]
    public async Task An_exception_in_the_finally_block_reaches_the_caller()
    {
        static IEnumerable<string?> Job()
        {
            try
            {
                yield return "result";
            }
            finally
            {
                Refuse();
            }
        }

        static void Refuse() => throw new FormatException();

        await thread.Awaiting(t => t.RunAsync(Job(), CancellationToken.None)).Should().ThrowAsync<FormatException>();
    }

    [Fact]
    public async Task A_job_without_a_result_is_an_error() =>
        await thread.Awaiting(t => t.RunAsync(Array.Empty<string?>(), CancellationToken.None)).Should().ThrowAsync<MaskUNetException>().WithMessage("*without a result*");

    private static IEnumerable<string?> Units(int count, Action unit)
    {
        for (var i = 0; i < count; i++)
        {
            unit();
            yield return i < count - 1 ? null : "done";
        }
    }
}
