namespace MaskUNet.Scheduling;

/// <summary>
/// The options of <see cref="EulerAncestralDiscreteScheduler"/>, with the defaults of diffusers' <c>EulerAncestralDiscreteScheduler</c>.
/// </summary>
public sealed record EulerAncestralDiscreteSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal override string ClassName => "EulerAncestralDiscreteScheduler";

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static EulerAncestralDiscreteSchedulerOptions From(SchedulerConfig config) => new EulerAncestralDiscreteSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            PredictionType != PredictionType.Sample, nameof(PredictionType), PredictionType,
            $"choose {nameof(PredictionType.Epsilon)} or {nameof(PredictionType.VPrediction)}, as in diffusers");
    }

    internal override EulerAncestralDiscreteSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        RescaleBetasZeroSnr = keys.RescaleBetasZeroSnr(RescaleBetasZeroSnr),
    };
}
