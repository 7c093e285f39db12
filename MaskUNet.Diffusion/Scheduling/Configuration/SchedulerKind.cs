namespace MaskUNet.Scheduling;

/// <summary>The schedulers of this package.</summary>
public enum SchedulerKind
{
    /// <summary><see cref="DdimScheduler"/>.</summary>
    Ddim,

    /// <summary><see cref="DdpmScheduler"/>.</summary>
    Ddpm,

    /// <summary><see cref="PndmScheduler"/>.</summary>
    Pndm,

    /// <summary><see cref="DpmSolverMultistepScheduler"/>.</summary>
    DpmSolverMultistep,

    /// <summary><see cref="UniPCMultistepScheduler"/>.</summary>
    UniPCMultistep,

    /// <summary><see cref="EulerDiscreteScheduler"/>.</summary>
    EulerDiscrete,

    /// <summary><see cref="EulerAncestralDiscreteScheduler"/>.</summary>
    EulerAncestralDiscrete,

    /// <summary><see cref="HeunDiscreteScheduler"/>.</summary>
    HeunDiscrete,

    /// <summary><see cref="LcmScheduler"/>.</summary>
    Lcm,
}
