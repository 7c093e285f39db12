namespace MaskUNet.Scheduling;

/// <summary>Makes schedulers from diffusers configurations. Thread-safe.</summary>
public static class SchedulerFactory
{
    // The names of the diffusers classes, as configurations carry them in _class_name.
    private static readonly (SchedulerKind Kind, string ClassName, Func<SchedulerConfig, DiffusionScheduler> Create)[] Known =
    [
        (SchedulerKind.Ddim, "DDIMScheduler", config => new DdimScheduler(DdimSchedulerOptions.From(config))),
        (SchedulerKind.Ddpm, "DDPMScheduler", config => new DdpmScheduler(DdpmSchedulerOptions.From(config))),
        (SchedulerKind.Pndm, "PNDMScheduler", config => new PndmScheduler(PndmSchedulerOptions.From(config))),
        (SchedulerKind.DpmSolverMultistep, "DPMSolverMultistepScheduler", config => new DpmSolverMultistepScheduler(DpmSolverMultistepSchedulerOptions.From(config))),
        (SchedulerKind.UniPCMultistep, "UniPCMultistepScheduler", config => new UniPCMultistepScheduler(UniPCMultistepSchedulerOptions.From(config))),
        (SchedulerKind.EulerDiscrete, "EulerDiscreteScheduler", config => new EulerDiscreteScheduler(EulerDiscreteSchedulerOptions.From(config))),
        (SchedulerKind.EulerAncestralDiscrete, "EulerAncestralDiscreteScheduler", config => new EulerAncestralDiscreteScheduler(EulerAncestralDiscreteSchedulerOptions.From(config))),
        (SchedulerKind.HeunDiscrete, "HeunDiscreteScheduler", config => new HeunDiscreteScheduler(HeunDiscreteSchedulerOptions.From(config))),
        (SchedulerKind.Lcm, "LCMScheduler", config => new LcmScheduler(LcmSchedulerOptions.From(config))),
    ];

    /// <summary>Makes the scheduler that a configuration file names.</summary>
    /// <param name="path">A <c>scheduler_config.json</c>, or the folder it lies in.</param>
    /// <exception cref="CheckpointException">There is no such file, or it is no JSON object.</exception>
    /// <exception cref="InvalidOptionException">It names no scheduler of this package, or holds a value that the scheduler refuses.</exception>
    public static IDiffusionScheduler Load(string path) => Create(SchedulerConfig.Load(path));

    /// <summary>Makes the scheduler that a configuration names.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">It names no scheduler of this package, or holds a value that the scheduler refuses.</exception>
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
        var (_, className, create) = Array.Find(Known, known => known.Kind == kind);
        if (create is null)
        {
            throw new InvalidOptionException($"the scheduler {kind} does not exist: choose {Names()}.");
        }

        var merged = (overrides is null ? config : config.With(overrides)).WithClassName(className);
        var scheduler = create(merged);
        scheduler.Config = merged;
        return scheduler;
    }

    /// <summary>The scheduler that a configuration's <c>_class_name</c> names.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">It names no scheduler of this package.</exception>
    public static SchedulerKind KindOf(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var found = Array.Find(Known, known => known.ClassName == config.ClassName);
        return found.Create is not null
            ? found.Kind
            : throw new InvalidOptionException(
                $"the scheduler configuration names the class {config.ClassName ?? "(none)"}, which is not among those here: " +
                $"{string.Join(", ", Known.Select(known => known.ClassName))}. Choose one of them, {Names()}; it takes the other values over.");
    }

    private static string Names() => string.Join(", ", Known.Select(known => $"{nameof(SchedulerKind)}.{known.Kind}"));
}
