namespace MaskUNet.Scheduling;

/// <summary>Makes schedulers from diffusers configurations. Thread-safe.</summary>
public static class SchedulerFactory
{
    private static readonly Entry[] Known =
    [
        Make(SchedulerKind.Ddim, DdimSchedulerOptions.From, options => new DdimScheduler(options)),
        Make(SchedulerKind.Ddpm, DdpmSchedulerOptions.From, options => new DdpmScheduler(options)),
        Make(SchedulerKind.Pndm, PndmSchedulerOptions.From, options => new PndmScheduler(options)),
        Make(SchedulerKind.DpmSolverMultistep, DpmSolverMultistepSchedulerOptions.From, options => new DpmSolverMultistepScheduler(options)),
        Make(SchedulerKind.UniPCMultistep, UniPCMultistepSchedulerOptions.From, options => new UniPCMultistepScheduler(options)),
        Make(SchedulerKind.EulerDiscrete, EulerDiscreteSchedulerOptions.From, options => new EulerDiscreteScheduler(options)),
        Make(SchedulerKind.EulerAncestralDiscrete, EulerAncestralDiscreteSchedulerOptions.From, options => new EulerAncestralDiscreteScheduler(options)),
        Make(SchedulerKind.HeunDiscrete, HeunDiscreteSchedulerOptions.From, options => new HeunDiscreteScheduler(options)),
        Make(SchedulerKind.Lcm, LcmSchedulerOptions.From, options => new LcmScheduler(options)),
    ];

    /// <summary>Makes the scheduler that a configuration file names.</summary>
    /// <param name="path">A <c>scheduler_config.json</c>, or the folder it lies in.</param>
    /// <exception cref="CheckpointException">There is no such file, or it is no JSON object.</exception>
    /// <exception cref="InvalidOptionException">
    /// It names no scheduler of this package, or holds a value that the scheduler refuses.
    /// </exception>
    public static IDiffusionScheduler Load(string path) => Create(SchedulerConfig.Load(path));

    /// <summary>Makes the scheduler that a configuration names.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">
    /// It names no scheduler of this package, or holds a value that the scheduler refuses.
    /// </exception>
    public static IDiffusionScheduler Create(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Create(KindOf(config), config);
    }

    /// <summary>
    /// Makes a scheduler from a configuration of this or another one, as diffusers' <c>from_config</c>: keys that are present carry over,
    /// absent ones take the defaults of the scheduler asked for.
    /// </summary>
    /// <param name="kind">The scheduler.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="overrides">Keys that replace the configuration's, or null.</param>
    /// <exception cref="InvalidOptionException">The configuration holds a value that the scheduler refuses.</exception>
    public static IDiffusionScheduler Create(SchedulerKind kind, SchedulerConfig config, SchedulerConfig? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var found = Array.Find(Known, known => known.Kind == kind)
            ?? throw new InvalidOptionException($"the scheduler {kind} does not exist: choose {Names()}.");
        var merged = (overrides is null ? config : config.With(overrides)).WithClassName(found.ClassName);
        var scheduler = found.Create(merged);
        scheduler.Config = merged;
        return scheduler;
    }

    /// <summary>The scheduler that a configuration's <c>_class_name</c> names.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">It names no scheduler of this package.</exception>
    public static SchedulerKind KindOf(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Array.Find(Known, known => known.ClassName == config.ClassName) is { } found
            ? found.Kind
            : throw new InvalidOptionException(
                $"the scheduler configuration names the class {config.ClassName ?? "(none)"}, which is not among those here: " +
                $"{string.Join(", ", Known.Select(known => known.ClassName))}. Choose one of them, {Names()}; it takes the other values " +
                "over.");
    }

    private static string Names() => string.Join(", ", Known.Select(known => $"{nameof(SchedulerKind)}.{known.Kind}"));

    private static Entry Make<TOptions>(
        SchedulerKind kind, Func<SchedulerConfig, TOptions> read, Func<TOptions, DiffusionScheduler> create)
        where TOptions : DiffusionSchedulerOptions, new() =>
        new(kind, new TOptions().ClassName, config => create(read(config)));

    private sealed record Entry(SchedulerKind Kind, string ClassName, Func<SchedulerConfig, DiffusionScheduler> Create);
}
