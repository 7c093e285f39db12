namespace MaskUNet.Scheduling;

/// <summary>What the options of DDIM, DDPM and LCM share.</summary>
public abstract record ClippingSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>The <see cref="ClipSampleRange"/> that DDIM and DDPM have by default.</summary>
    public const double DefaultClipSampleRange = 1;

    private protected ClippingSchedulerOptions()
    {
    }

    /// <summary>
    /// Estimates of the clean sample are cut to plus and minus this; 1 (LCM: null). Null does not clip, as latents need it.
    /// </summary>
    public double? ClipSampleRange { get; init; }

    /// <summary>Dynamic thresholding instead of clipping; null (default) does none.</summary>
    public DynamicThresholding? Thresholding { get; init; }

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal SampleLimit Limit => new(Thresholding, ClipSampleRange);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Limit.Check();
    }
}
