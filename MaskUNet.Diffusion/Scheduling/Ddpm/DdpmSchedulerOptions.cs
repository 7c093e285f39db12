namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="DdpmScheduler"/>, with the defaults of diffusers' <c>DDPMScheduler</c>.</summary>
public sealed record DdpmSchedulerOptions : SchedulerOptions
{
    /// <summary>The default of <see cref="ClipSampleRange"/>.</summary>
    public const double DefaultClipSampleRange = 1;

    private static readonly Dictionary<string, DdpmVarianceType> VarianceTypes = new()
    {
        ["fixed_small"] = DdpmVarianceType.FixedSmall,
        ["fixed_small_log"] = DdpmVarianceType.FixedSmall,
        ["fixed_large"] = DdpmVarianceType.FixedLarge,
        ["fixed_large_log"] = DdpmVarianceType.FixedLarge,
    };

    /// <summary>Creates the defaults.</summary>
    public DdpmSchedulerOptions() => TimestepSpacing = TimestepSpacing.Leading;

    /// <summary>The variance of the added noise; the small one.</summary>
    public DdpmVarianceType VarianceType { get; init; } = DdpmVarianceType.FixedSmall;

    /// <summary>Estimates of the clean sample are cut to plus and minus this; 1. Null does not clip, as latents need it.</summary>
    public double? ClipSampleRange { get; init; } = DefaultClipSampleRange;

    /// <summary>Dynamic thresholding instead of clipping; null (default) does none.</summary>
    public DynamicThresholding? Thresholding { get; init; }

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal SampleLimit Limit => new(Thresholding, ClipSampleRange);

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static DdpmSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Shared(new DdpmSchedulerOptions());
        return options with
        {
            VarianceType = config.Choice("variance_type", options.VarianceType, VarianceTypes),
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
        RequireDefined(VarianceType);
    }
}
