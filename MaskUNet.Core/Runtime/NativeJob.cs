namespace MaskUNet.Runtime;

/// <summary>A job of a <see cref="NativeThread"/>, whatever its result. All members but the constructor are for that thread.</summary>
internal abstract class NativeJob
{
    public abstract bool IsCancellationRequested { get; }

    /// <summary>Runs the next unit, or ends the job where it is cancelled.</summary>
    /// <returns>Whether there are more units to run.</returns>
    public abstract bool RunUnit();

    /// <summary>Ends the job before its end.</summary>
    public abstract void Fail(Exception reason);
}

/// <inheritdoc/>
internal sealed class NativeJob<TResult> : NativeJob
    where TResult : class
{
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IEnumerable<TResult?> job;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration registration;
    private readonly ExecutionContext? caller = ExecutionContext.Capture(); // its culture, log scopes, activity; null where it suppressed the flow
    private IEnumerator<TResult?>? units;
    private int claimed; // by whoever comes first: the thread that begins the job, or the cancellation that spares it the beginning

    public NativeJob(IEnumerable<TResult?> job, CancellationToken cancellation)
    {
        this.job = job;
        this.cancellation = cancellation;
        registration = cancellation.UnsafeRegister(static job => ((NativeJob<TResult>)job!).CancelUnlessBegun(), this);
    }

    public Task<TResult> Completion => completion.Task;

    public override bool IsCancellationRequested => cancellation.IsCancellationRequested;

    public override bool RunUnit()
    {
        if (units is null && !Claim())
        {
            return false;
        }

        try
        {
            cancellation.ThrowIfCancellationRequested();
            var result = RunAsCaller(() => (units ??= job.GetEnumerator()).MoveNext()
                ? units.Current
                : throw new MaskUNetException("a job ended without a result: its last yield must return one"));
            if (result is not null)
            {
                End(() => completion.SetResult(result));
            }

            return result is null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            End(() => completion.SetCanceled(cancellation));
        }
        catch (Exception e)
        {
            End(() => completion.SetException(e));
        }

        return false;
    }

    public override void Fail(Exception reason)
    {
        if (units is not null || Claim())
        {
            End(() => completion.SetException(reason));
        }
    }

    private bool Claim() => Interlocked.Exchange(ref claimed, 1) == 0;

    private void CancelUnlessBegun()
    {
        if (Claim())
        {
            completion.SetCanceled(cancellation);
        }
    }

    private TUnit RunAsCaller<TUnit>(Func<TUnit> unit)
    {
        if (caller is null)
        {
            return NativeUnit.Run(unit);
        }

        TUnit result = default!;
        ExecutionContext.Run(caller, _ => result = NativeUnit.Run(unit), null);
        return result;
    }

    /// <summary>The job's own finally blocks come first: whoever sees the task completed finds everything put away.</summary>
    private void End(Action complete)
    {
        registration.Unregister();
        try
        {
            RunAsCaller(() =>
            {
                units?.Dispose();
                return true;
            });
        }
        catch (Exception e)
        {
            completion.SetException(e);
            return;
        }

        complete();
    }
}
