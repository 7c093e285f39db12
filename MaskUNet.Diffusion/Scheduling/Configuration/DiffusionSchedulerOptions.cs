namespace MaskUNet.Scheduling;

/// <summary>Options of a scheduler of this package: they can be read from a diffusers configuration, and be written as one.</summary>
public abstract record DiffusionSchedulerOptions : SchedulerOptions
{
    private protected DiffusionSchedulerOptions()
    {
    }

    /// <summary>The name of the diffusers class.</summary>
    internal abstract string ClassName { get; }

    /// <summary>
    /// The configuration that says the same: diffusers' class name and keys. <see cref="SchedulerFactory.Create(SchedulerConfig)"/> makes
    /// an equal scheduler of it.
    /// </summary>
    public SchedulerConfig ToConfig()
    {
        var keys = new KeyWriter();
        Through(keys);
        return keys.Config.WithClassName(ClassName);
    }

    /// <summary>The options with what a way through their keys made of them.</summary>
    internal abstract DiffusionSchedulerOptions Through(ISchedulerKeys keys);
}
