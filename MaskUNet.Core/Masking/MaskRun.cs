namespace MaskUNet.Masking;

/// <summary>What a mask strategy keeps from one step of a run to the next. Disposed when the run ends, with everything in it.</summary>
/// <remarks>For the run's own thread.</remarks>
public sealed class MaskRun : IDisposable
{
    private readonly Dictionary<object, object> kept = [];
    private readonly MaskRun? pipeline;

    /// <summary>Keeps nothing yet.</summary>
    public MaskRun()
    {
    }

    /// <param name="pipeline">What lasts as long as the pipeline.</param>
    internal MaskRun(MaskRun pipeline) => this.pipeline = pipeline;

    /// <summary>What was kept under a key; made at the first call of the run.</summary>
    /// <typeparam name="T">Its type. Where it is disposable it is disposed with the run; tensors in it must be detached from dispose scopes.</typeparam>
    /// <param name="key">Usually the strategy itself.</param>
    /// <param name="create">Makes it.</param>
    public T Keep<T>(object key, Func<T> create)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(create);
        if (!kept.TryGetValue(key, out var value))
        {
            kept[key] = value = create();
        }

        return (T)value;
    }

    /// <summary>
    /// The same for what later runs of the same pipeline need too, such as weights: it is disposed with the pipeline. The runs of a pipeline
    /// share one thread.
    /// </summary>
    /// <typeparam name="T">Its type; see <see cref="Keep"/>.</typeparam>
    /// <param name="key">A value that says what it is, such as a file's path.</param>
    /// <param name="create">Makes it.</param>
    public T KeepForPipeline<T>(object key, Func<T> create)
        where T : class => (pipeline ?? this).Keep(key, create);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var disposable in kept.Values.OfType<IDisposable>())
        {
            disposable.Dispose();
        }

        kept.Clear();
    }
}
