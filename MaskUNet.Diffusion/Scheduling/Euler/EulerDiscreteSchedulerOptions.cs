namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="EulerDiscreteScheduler"/>, with the defaults of diffusers' <c>EulerDiscreteScheduler</c>.</summary>
public sealed record EulerDiscreteSchedulerOptions : DiffusionSchedulerOptions
{
    private static readonly Dictionary<string, SigmaInterpolation> Interpolations = new()
    {
        ["linear"] = SigmaInterpolation.Linear,
        ["log_linear"] = SigmaInterpolation.LogLinear,
    };

    private static readonly Dictionary<string, TimestepType> TimestepTypes = new()
    {
        ["discrete"] = TimestepType.Discrete,
        ["continuous"] = TimestepType.Continuous,
    };

    /// <summary>How noise levels follow from timesteps; linear.</summary>
    public SigmaInterpolation InterpolationType { get; init; } = SigmaInterpolation.Linear;

    /// <summary>
    /// How noise levels are chosen: by timestep (default), Karras, exponential, or beta, between those of the run's ends.
    /// </summary>
    public SigmaSpacing SigmaSpacing { get; init; } = SigmaSpacing.Timesteps;

    /// <summary>The lowest level of a Karras, exponential or beta spacing; null (default) takes the run's.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>The highest level of a Karras, exponential or beta spacing; null (default) takes the run's.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>What timesteps say to the model; discrete.</summary>
    public TimestepType TimestepType { get; init; } = TimestepType.Discrete;

    /// <summary>Where the last step leads; zero.</summary>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal override string ClassName => "EulerDiscreteScheduler";

    internal bool HasContinuousTimesteps => TimestepType == TimestepType.Continuous && PredictionType == PredictionType.VPrediction;

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static EulerDiscreteSchedulerOptions From(SchedulerConfig config) => new EulerDiscreteSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireDefined(InterpolationType);
        RequireDefined(TimestepType);
        RequireDefined(FinalSigmasType);
        Require(
            SigmaSpacing is not SigmaSpacing.Lu && Enum.IsDefined(SigmaSpacing), nameof(SigmaSpacing), SigmaSpacing,
            "choose another one, for this is DPM-Solver's");
        Require(SigmaMin is null or > 0, nameof(SigmaMin), SigmaMin ?? 0, "give a value above 0, or null");
        Require(SigmaMax is null or > 0, nameof(SigmaMax), SigmaMax ?? 0, "give a value above 0, or null");
        Require(!(SigmaMin >= SigmaMax), nameof(SigmaMin), SigmaMin ?? 0, FormattableString.Invariant($"give a value below {nameof(SigmaMax)}, {SigmaMax}"));
    }

    internal override EulerDiscreteSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        InterpolationType = keys.Choice("interpolation_type", InterpolationType, Interpolations),
        SigmaSpacing = keys.SigmaSpacing(SigmaSpacing, SigmaSpacing.Karras, SigmaSpacing.Exponential, SigmaSpacing.Beta),
        SigmaMin = keys.OptionalNumber("sigma_min", SigmaMin),
        SigmaMax = keys.OptionalNumber("sigma_max", SigmaMax),
        TimestepType = keys.Choice("timestep_type", TimestepType, TimestepTypes),
        FinalSigmasType = keys.FinalSigmasType(FinalSigmasType),
        RescaleBetasZeroSnr = keys.RescaleBetasZeroSnr(RescaleBetasZeroSnr),
    };
}
