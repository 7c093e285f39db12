namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="LcmScheduler"/>, with the defaults of diffusers' <c>LCMScheduler</c>.</summary>
public sealed record LcmSchedulerOptions : ClippingSchedulerOptions
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

    internal override string ClassName => "LCMScheduler";

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static LcmSchedulerOptions From(SchedulerConfig config) => new LcmSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            OriginalInferenceSteps >= 1 && OriginalInferenceSteps <= TrainTimesteps, nameof(OriginalInferenceSteps), OriginalInferenceSteps,
            $"give 1 to {TrainTimesteps}, the number of training timesteps");
        Require(TimestepScaling > 0 && double.IsFinite(TimestepScaling), nameof(TimestepScaling), TimestepScaling, "give a value above 0");
    }

    internal override LcmSchedulerOptions Through(ISchedulerKeys keys) => keys.SharedWithClipping(this) with
    {
        OriginalInferenceSteps = keys.Integer("original_inference_steps", OriginalInferenceSteps),
        TimestepScaling = keys.Number("timestep_scaling", TimestepScaling),
    };
}
