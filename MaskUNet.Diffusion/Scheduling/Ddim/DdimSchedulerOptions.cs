namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="DdimScheduler"/>, with the defaults of diffusers' <c>DDIMScheduler</c>.</summary>
public sealed record DdimSchedulerOptions : SchedulerOptions
{
    /// <summary>The default of <see cref="ClipSampleRange"/>.</summary>
    public const double DefaultClipSampleRange = 1;

    /// <summary>Creates the defaults.</summary>
    public DdimSchedulerOptions() => TimestepSpacing = TimestepSpacing.Leading;

    /// <summary>
    /// Whether the last step leads to the clean sample (true, default) or to timestep 0's noise level (false, Stable Diffusion).
    /// </summary>
    public bool SetAlphaToOne { get; init; } = true;

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
    public static DdimSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Shared(new DdimSchedulerOptions());
        return options with
        {
            SetAlphaToOne = config.Flag("set_alpha_to_one", options.SetAlphaToOne),
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
    }
}
