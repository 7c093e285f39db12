namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="LcmScheduler"/>, with the defaults of diffusers' <c>LCMScheduler</c>.</summary>
public sealed record LcmSchedulerOptions : SchedulerOptions
{
    /// <summary>The default of <see cref="OriginalInferenceSteps"/>.</summary>
    public const int DefaultOriginalInferenceSteps = 50;

    /// <summary>The default of <see cref="TimestepScaling"/>.</summary>
    public const double DefaultTimestepScaling = 10;

    /// <summary>Creates the defaults.</summary>
    public LcmSchedulerOptions()
    {
        BetaStart = StableDiffusionBetaStart;
        BetaEnd = StableDiffusionBetaEnd;
        BetaSchedule = BetaSchedule.ScaledLinear;
        TimestepSpacing = TimestepSpacing.Leading; // of no effect: timesteps are chosen among those of the distillation
    }

    /// <summary>The number of timesteps that the model was distilled on, from which those of a run are chosen; 50.</summary>
    public int OriginalInferenceSteps { get; init; } = DefaultOriginalInferenceSteps;

    /// <summary>The factor of the timestep in the boundary condition's scalings; 10.</summary>
    public double TimestepScaling { get; init; } = DefaultTimestepScaling;

    /// <summary>Estimates of the clean sample are cut to plus and minus this; null (default) does not clip.</summary>
    public double? ClipSampleRange { get; init; }

    /// <summary>Dynamic thresholding instead of clipping; null (default) does none.</summary>
    public DynamicThresholding? Thresholding { get; init; }

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal SampleLimit Limit => new(Thresholding, ClipSampleRange);

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static LcmSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Shared(new LcmSchedulerOptions());
        return options with
        {
            OriginalInferenceSteps = config.Integer("original_inference_steps", options.OriginalInferenceSteps),
            TimestepScaling = config.Number("timestep_scaling", options.TimestepScaling),
            ClipSampleRange = config.ClipSampleRange(options.ClipSampleRange),
            Thresholding = config.Thresholding(),
            RescaleBetasZeroSnr = config.RescaleBetasZeroSnr(),
        };
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Limit.Check();
        Require(
            OriginalInferenceSteps >= 1 && OriginalInferenceSteps <= TrainTimesteps, nameof(OriginalInferenceSteps), OriginalInferenceSteps,
            $"give 1 to {TrainTimesteps}, the number of training timesteps");
        Require(TimestepScaling > 0 && double.IsFinite(TimestepScaling), nameof(TimestepScaling), TimestepScaling, "give a value above 0");
    }
}
