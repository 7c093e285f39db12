namespace MaskUNet.Scheduling;

/// <summary>The timesteps of a run, made by a scheduler for a number of steps. Immutable; any number of runs may share it.</summary>
public sealed record SamplingSchedule
{
    /// <summary>The timesteps that the U-Net is evaluated at, in order. Some schedulers need more evaluations than steps.</summary>
    public required IReadOnlyList<double> Timesteps { get; init; }

    /// <summary>The noise levels, one more than steps; empty for schedulers that work on alphas alone.</summary>
    public IReadOnlyList<float> Sigmas { get; init; } = [];

    /// <summary>The standard deviation of the first latents: standard normal noise is multiplied by it.</summary>
    public double InitNoiseSigma { get; init; } = 1;

    /// <summary>The number of steps that was asked for.</summary>
    public required int Steps { get; init; }
}
