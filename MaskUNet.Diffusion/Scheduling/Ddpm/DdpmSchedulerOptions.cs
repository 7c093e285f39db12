namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="DdpmScheduler"/>, with the defaults of diffusers' <c>DDPMScheduler</c>.</summary>
public sealed record DdpmSchedulerOptions : ClippingSchedulerOptions
{
    private static readonly Dictionary<string, DdpmVarianceType> VarianceTypes = new()
    {
        ["fixed_small"] = DdpmVarianceType.FixedSmall,
        ["fixed_small_log"] = DdpmVarianceType.FixedSmall,
        ["fixed_large"] = DdpmVarianceType.FixedLarge,
        ["fixed_large_log"] = DdpmVarianceType.FixedLarge,
    };

    /// <summary>Creates the defaults.</summary>
    public DdpmSchedulerOptions()
    {
        TimestepSpacing = TimestepSpacing.Leading;
        ClipSampleRange = DefaultClipSampleRange;
    }

    /// <summary>The variance of the added noise; the small one.</summary>
    public DdpmVarianceType VarianceType { get; init; } = DdpmVarianceType.FixedSmall;

    internal override string ClassName => "DDPMScheduler";

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static DdpmSchedulerOptions From(SchedulerConfig config) => new DdpmSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireDefined(VarianceType);
    }

    internal override DdpmSchedulerOptions Through(ISchedulerKeys keys) => keys.SharedWithClipping(this) with
    {
        VarianceType = keys.Choice("variance_type", VarianceType, VarianceTypes),
    };
}
