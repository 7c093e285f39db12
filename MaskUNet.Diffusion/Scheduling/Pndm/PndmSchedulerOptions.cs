namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="PndmScheduler"/>, with the defaults of diffusers' <c>PNDMScheduler</c>.</summary>
public sealed record PndmSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>Creates the defaults.</summary>
    public PndmSchedulerOptions() => TimestepSpacing = TimestepSpacing.Leading;

    /// <summary>
    /// Whether the run begins with the linear multistep method (true, Stable Diffusion) or with Runge-Kutta steps; false.
    /// </summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Whether the last step leads to the clean sample (true) or to timestep 0's noise level (false, default).</summary>
    public bool SetAlphaToOne { get; init; }

    internal override string ClassName => "PNDMScheduler";

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static PndmSchedulerOptions From(SchedulerConfig config) => new PndmSchedulerOptions().Through(new KeyReader(config));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            PredictionType != PredictionType.Sample, nameof(PredictionType), PredictionType,
            $"choose {nameof(PredictionType.Epsilon)} or {nameof(PredictionType.VPrediction)}, for PNDM extrapolates the noise");
    }

    internal override PndmSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        SkipPrkSteps = keys.Flag("skip_prk_steps", SkipPrkSteps),
        SetAlphaToOne = keys.Flag("set_alpha_to_one", SetAlphaToOne),
    };
}
