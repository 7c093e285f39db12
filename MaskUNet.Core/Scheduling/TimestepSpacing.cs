namespace MaskUNet.Scheduling;

/// <summary>How the timesteps of a run are spread over those of training: arXiv 2305.08891, table 2.</summary>
public enum TimestepSpacing
{
    /// <summary>
    /// Even steps up from 0, so that the last training timestep is left out; <see cref="SchedulerOptions.StepsOffset"/> acts only here.
    /// </summary>
    Leading,

    /// <summary>Evenly from the last training timestep to the first.</summary>
    Linspace,

    /// <summary>Even steps down from the last training timestep, so that the first is left out.</summary>
    Trailing,
}
