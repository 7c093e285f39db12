namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="PndmScheduler"/>, with the defaults of diffusers' <c>PNDMScheduler</c>.</summary>
public sealed record PndmSchedulerOptions : SchedulerOptions
{
    /// <summary>Creates the defaults.</summary>
    public PndmSchedulerOptions() => TimestepSpacing = TimestepSpacing.Leading;

    /// <summary>
    /// Whether the run begins with the linear multistep method (true, Stable Diffusion) or with Runge-Kutta steps; false.
    /// </summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Whether the last step leads to the clean sample (true) or to timestep 0's noise level (false, default).</summary>
    public bool SetAlphaToOne { get; init; }

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static PndmSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Shared(new PndmSchedulerOptions());
        return options with
        {
            SkipPrkSteps = config.Flag("skip_prk_steps", options.SkipPrkSteps),
            SetAlphaToOne = config.Flag("set_alpha_to_one", options.SetAlphaToOne),
        };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            PredictionType != PredictionType.Sample, nameof(PredictionType), PredictionType,
            $"choose {nameof(PredictionType.Epsilon)} or {nameof(PredictionType.VPrediction)}, for PNDM extrapolates the noise");
    }
}
