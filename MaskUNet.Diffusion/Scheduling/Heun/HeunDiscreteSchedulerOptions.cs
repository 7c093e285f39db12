namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="HeunDiscreteScheduler"/>, with the defaults of diffusers' <c>HeunDiscreteScheduler</c>.</summary>
public sealed record HeunDiscreteSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>Creates the defaults.</summary>
    public HeunDiscreteSchedulerOptions()
    {
        BetaStart = StableDiffusionBetaStart;
        BetaEnd = StableDiffusionBetaEnd;
    }

    /// <summary>
    /// How noise levels are chosen: by timestep (default), Karras, exponential, or beta, between those of the run's ends.
    /// </summary>
    public SigmaSpacing SigmaSpacing { get; init; } = SigmaSpacing.Timesteps;

    /// <summary>Estimates of the clean sample are cut to plus and minus this; null (default) does not clip.</summary>
    public double? ClipSampleRange { get; init; }

    internal override string ClassName => "HeunDiscreteScheduler";

    internal SampleLimit Limit => new(ClipRange: ClipSampleRange);

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static HeunDiscreteSchedulerOptions From(SchedulerConfig config) => new HeunDiscreteSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Limit.Check();
        Require(
            SigmaSpacing is not SigmaSpacing.Lu && Enum.IsDefined(SigmaSpacing), nameof(SigmaSpacing), SigmaSpacing,
            "choose another one, for this is DPM-Solver's");
    }

    internal override HeunDiscreteSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        SigmaSpacing = keys.SigmaSpacing(SigmaSpacing, SigmaSpacing.Karras, SigmaSpacing.Exponential, SigmaSpacing.Beta),
        ClipSampleRange = keys.ClipSampleRange(ClipSampleRange),
    };
}
