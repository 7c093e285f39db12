namespace MaskUNet.Scheduling;

/// <summary>
/// Keeps estimates of the clean sample in range by a quantile of each image's absolute values: Imagen (arXiv 2205.11487), section 2.3.
/// Made for models in pixel space; not for latents.
/// </summary>
public sealed record DynamicThresholding
{
    /// <summary>The default of <see cref="Ratio"/>.</summary>
    public const double DefaultRatio = 0.995;

    /// <summary>The default of <see cref="SampleMaxValue"/>.</summary>
    public const double DefaultSampleMaxValue = 1;

    /// <summary>The quantile (<c>dynamic_thresholding_ratio</c>), in [0, 1]; 0.995.</summary>
    public double Ratio { get; init; } = DefaultRatio;

    /// <summary>The largest threshold (<c>sample_max_value</c>), above 0; 1, which clips to [-1, 1].</summary>
    public double SampleMaxValue { get; init; } = DefaultSampleMaxValue;
}
