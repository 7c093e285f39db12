namespace MaskUNet.Scheduling;

/// <summary>What Euler's timesteps say to the model (<c>timestep_type</c>).</summary>
public enum TimestepType
{
    /// <summary>Places in the training schedule.</summary>
    Discrete,

    /// <summary>A quarter of the logarithm of the noise level, with v-prediction: models after Karras et al.</summary>
    Continuous,
}
