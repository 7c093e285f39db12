namespace MaskUNet.Scheduling;

/// <summary>How Euler's noise levels follow from its timesteps (<c>interpolation_type</c>).</summary>
public enum SigmaInterpolation
{
    /// <summary>Linear between the levels of whole timesteps.</summary>
    Linear,

    /// <summary>Even in the logarithm over the whole schedule, whatever the timesteps are.</summary>
    LogLinear,
}
