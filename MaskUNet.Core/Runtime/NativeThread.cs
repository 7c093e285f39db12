using System.Runtime.CompilerServices;

namespace MaskUNet.Runtime;

/// <summary>
/// One thread for the native work of one device. Jobs are cut into units (a denoising step, one mask iteration), and the jobs that are
/// there take turns, one unit each, so that ten callers all advance and none waits for another to finish.
/// </summary>
/// <remarks>
/// <para>TorchSharp's grad mode and dispose scopes belong to a thread, so native work must neither hop threads nor await. Here every unit
/// runs synchronously, without gradients (a unit that needs them opens <c>enable_grad()</c> itself), in a dispose scope of its own:
/// what a unit makes is freed when it ends, except what it detaches (<c>DetachFromDisposeScope</c>) to keep or to return. A job frees
/// what it keeps between units in a <c>finally</c> block; those run on this thread too, however the job ends.</para>
/// <para>A unit sees its caller's culture, log scopes and activity (the execution context), as if the caller ran it.</para>
/// <para>While it works, freed memory is kept (<see cref="NativeMemory"/>); after five idle seconds, and when it is disposed, all that is
/// free goes back to the system.</para>
/// <para>Members are safe to call from any thread. The thread is a background thread and does not keep the process alive: a process that ends while
/// work is going on waits for the unit that is running, at most five seconds, and drops the rest. (libtorch crashes where it is unloaded at work.)</para>
/// </remarks>
public sealed class NativeThread : IDisposable
{
    private static readonly TimeSpan DefaultIdleTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceAtExit = TimeSpan.FromSeconds(5);

    private readonly object gate = new();
    private readonly List<NativeJob> waiting = [];
    private readonly TimeSpan idleTime;
    private readonly Thread thread;
    private bool disposed;
    private bool exiting;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">What debuggers and messages call it, for instance <c>MaskUNet cuda:0</c>.</param>
    /// <exception cref="NativeLibraryException">TorchSharp's native library is missing or cannot be loaded.</exception>
    public NativeThread(string name)
        : this(name, DefaultIdleTime)
    {
    }

    internal NativeThread(string name, TimeSpan idleTime)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        NativeTorch.EnsureLoaded();
        this.idleTime = idleTime;
        thread = MainArenaThread.Start(name, TakeTurns);
        AppDomain.CurrentDomain.ProcessExit += EndAtExit;
    }

    /// <summary>Runs a job of several units.</summary>
    /// <typeparam name="TResult">What the job makes.</typeparam>
    /// <param name="job">
    /// An iterator: <c>yield return null</c> ends a unit and lets the other jobs take their turns, <c>yield return result</c> ends the job.
    /// It is enumerated once, on this thread. No dispose scope and no change of grad mode may stay open across a <c>yield</c>.
    /// </param>
    /// <param name="cancellationToken">
    /// Looked at between units: at once while the job has not begun, otherwise as soon as the unit that is running ends, whosever it is.
    /// </param>
    /// <returns>A task whose continuations never run on this thread. It fails with whatever the job throws.</returns>
    /// <exception cref="ObjectDisposedException">The thread has been disposed.</exception>
    /// <exception cref="MaskUNetException">In the task: the thread was disposed before the job was done, or the job broke the rules above.</exception>
    public Task<TResult> RunAsync<TResult>(IEnumerable<TResult?> job, CancellationToken cancellationToken)
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var added = new NativeJob<TResult>(job, cancellationToken);
            waiting.Add(added);
            Monitor.Pulse(gate);
            return added.Completion;
        }
    }

    /// <summary>Runs a job of one unit, such as loading a model.</summary>
    /// <typeparam name="TResult">What the job makes; a tensor must be detached from its dispose scope.</typeparam>
    /// <param name="job">The work, run once on this thread under the same rules.</param>
    /// <param name="cancellationToken">Looked at before the work begins.</param>
    /// <returns>A task whose continuations never run on this thread. It fails with whatever the job throws.</returns>
    /// <exception cref="ObjectDisposedException">In the task: the thread has been disposed.</exception>
    /// <exception cref="MaskUNetException">In the task: the thread was disposed before the job was done, or the job broke the rules above.</exception>
    public async Task<TResult> RunAsync<TResult>(Func<TResult> job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var result = await RunAsync(OneUnit(job), cancellationToken).ConfigureAwait(false);
        return result.Value!;
    }

    /// <summary>
    /// Lets the unit that is running end, ends every other job with a <see cref="MaskUNetException"/> (its <c>finally</c> blocks run), and
    /// waits for that. Called from a job, it returns at once instead and the rest follows when that unit ends.
    /// </summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndAtExit;
        End(ref disposed, Timeout.InfiniteTimeSpan);
    }

    private void EndAtExit(object? sender, EventArgs e) => End(ref exiting, PatienceAtExit);

    private void End(ref bool reason, TimeSpan patience)
    {
        lock (gate)
        {
            reason = true;
            Monitor.Pulse(gate);
        }

        if (Thread.CurrentThread != thread)
        {
            thread.Join(patience);
        }
    }

    private static IEnumerable<StrongBox<TResult>> OneUnit<TResult>(Func<TResult> job)
    {
        yield return new StrongBox<TResult>(job());
    }

    private void TakeTurns()
    {
        while (Next() is { } job)
        {
            if (job.RunUnit())
            {
                lock (gate)
                {
                    waiting.Add(job);
                }
            }
        }

        if (exiting)
        {
            return; // whoever waits for the rest ends with the process
        }

        foreach (var job in waiting)
        {
            job.Fail(new MaskUNetException(
                $"{Thread.CurrentThread.Name} was disposed before this work was done: await the work, or cancel it, before you dispose what runs it"));
        }

        NativeMemory.Release();
    }

    /// <summary>Waits for a job whose turn it is, cancelled ones first; null once the thread is disposed or the process ends.</summary>
    private NativeJob? Next()
    {
        var patience = idleTime;
        while (true)
        {
            lock (gate)
            {
                if (disposed || exiting)
                {
                    return null;
                }

                if (waiting.Count > 0)
                {
                    var next = waiting.Find(job => job.IsCancellationRequested) ?? waiting[0];
                    waiting.Remove(next);
                    return next;
                }

                if (Monitor.Wait(gate, patience))
                {
                    continue;
                }
            }

            NativeMemory.Release();
            patience = Timeout.InfiniteTimeSpan;
        }
    }
}
