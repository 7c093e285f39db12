using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>How estimates of the clean sample are kept in range. Intermediate tensors stay in the caller's scope.</summary>
/// <param name="Thresholding">Dynamic thresholding, or null.</param>
/// <param name="ClipRange">Estimates are cut to [-range, range]; null takes them as they are. Thresholding goes before it.</param>
internal sealed record SampleLimit(DynamicThresholding? Thresholding = null, double? ClipRange = null)
{
    public static SampleLimit None { get; } = new();

    /// <summary>Refuses values out of range.</summary>
    /// <returns>The limit itself.</returns>
    public SampleLimit Check()
    {
        Require(
            Thresholding is null or { Ratio: >= 0 and <= 1 }, "DynamicThresholding.Ratio", Thresholding?.Ratio,
            "give a quantile, 0 to 1");
        Require(
            Thresholding is null or { SampleMaxValue: > 0 }, "DynamicThresholding.SampleMaxValue", Thresholding?.SampleMaxValue,
            "give a value above 0");
        Require(ClipRange is null or > 0, "ClipSampleRange", ClipRange, "give a value above 0, or null for no clipping");
        return this;
    }

    /// <summary>Brings an estimate [B, C, H/8, W/8] into range.</summary>
    public Tensor Apply(Tensor original) => (Thresholding, ClipRange) switch
    {
        ({ } thresholding, _) => Threshold(original, thresholding),
        (null, { } range) => original.clamp(-range, range),
        _ => original,
    };

    private static void Require(bool holds, string option, double? value, string remedy)
    {
        if (!holds)
        {
            throw new InvalidOptionException(FormattableString.Invariant($"{option} is {value}: {remedy}."));
        }
    }

    private static Tensor Threshold(Tensor original, DynamicThresholding options)
    {
        var flat = original.flatten(1);
        var quantile = flat.abs().quantile(tensor(options.Ratio, original.dtype, original.device), dim: 1, keepdim: true);
        var threshold = quantile.clamp_min(1).clamp_max(options.SampleMaxValue);
        return (minimum(maximum(flat, -threshold), threshold) / threshold).reshape(original.shape);
    }
}
