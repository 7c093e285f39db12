namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="DdimScheduler"/>, with the defaults of diffusers' <c>DDIMScheduler</c>.</summary>
public sealed record DdimSchedulerOptions : ClippingSchedulerOptions
{
    /// <summary>Creates the defaults.</summary>
    public DdimSchedulerOptions()
    {
        TimestepSpacing = TimestepSpacing.Leading;
        ClipSampleRange = DefaultClipSampleRange;
    }

    /// <summary>
    /// Whether the last step leads to the clean sample (true, default) or to timestep 0's noise level (false, Stable Diffusion).
    /// </summary>
    public bool SetAlphaToOne { get; init; } = true;

    internal override string ClassName => "DDIMScheduler";

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static DdimSchedulerOptions From(SchedulerConfig config) => new DdimSchedulerOptions().Through(new KeyReader(config));

    internal override DdimSchedulerOptions Through(ISchedulerKeys keys) => keys.SharedWithClipping(this) with
    {
        SetAlphaToOne = keys.Flag("set_alpha_to_one", SetAlphaToOne),
    };
}
