namespace MaskUNet.Scheduling;

/// <summary>The schedulers of this package.</summary>
public enum SchedulerKind
{
    /// <summary><see cref="DdimScheduler"/>.</summary>
    Ddim,

    /// <summary><see cref="DpmSolverMultistepScheduler"/>.</summary>
    DpmSolverMultistep,
}
