namespace MaskUNet.Scheduling;

/// <summary>The options of <see cref="UniPCMultistepScheduler"/>, with the defaults of diffusers' <c>UniPCMultistepScheduler</c>.</summary>
public sealed record UniPCMultistepSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>The default of <see cref="SolverOrder"/>.</summary>
    public const int DefaultSolverOrder = 2;

    private static readonly Dictionary<string, UniPCSolverType> SolverTypes = new()
    {
        ["bh1"] = UniPCSolverType.Bh1,
        ["bh2"] = UniPCSolverType.Bh2,
        ["midpoint"] = UniPCSolverType.Bh2, // DPM-Solver's and DEIS's, which diffusers reads so
        ["heun"] = UniPCSolverType.Bh2,
        ["logrho"] = UniPCSolverType.Bh2,
    };

    /// <summary>The order of the predictor, at least 1; 2, as guided sampling wants. The corrector adds one.</summary>
    public int SolverOrder { get; init; } = DefaultSolverOrder;

    /// <summary>Whether the integral is that of the predicted clean sample (true, default) or of the predicted noise.</summary>
    public bool PredictX0 { get; init; } = true;

    /// <summary>The function B(h); bh2.</summary>
    public UniPCSolverType SolverType { get; init; } = UniPCSolverType.Bh2;

    /// <summary>Whether the order falls with the number of steps left; true.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>The steps, by index, whose result is not corrected; none.</summary>
    public IReadOnlyList<int> DisableCorrector { get; init; } = [];

    /// <summary>How noise levels are chosen: by timestep (default), or <see cref="SigmaSpacing.Karras"/>.</summary>
    public SigmaSpacing SigmaSpacing { get; init; } = SigmaSpacing.Timesteps;

    /// <summary>Where the last step leads; zero. Noise prediction needs sigma_min.</summary>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>
    /// Dynamic thresholding of the predicted clean sample, of effect with <see cref="PredictX0"/> only; null (default) does none.
    /// </summary>
    public DynamicThresholding? Thresholding { get; init; }

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal override string ClassName => "UniPCMultistepScheduler";

    internal SampleLimit Limit => new(PredictX0 ? Thresholding : null);

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static UniPCMultistepSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config["solver_p"] is not null)
        {
            throw new InvalidOptionException(
                "the scheduler configuration sets solver_p, another scheduler as predictor, which is not supported: leave it out.");
        }

        return new UniPCMultistepSchedulerOptions().Through(new KeyReader(config));
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Limit.Check();
        RequireDefined(SolverType);
        RequireDefined(FinalSigmasType);
        Require(SolverOrder >= 1, nameof(SolverOrder), SolverOrder, "give 1 or more");
        Require(
            PredictX0 || FinalSigmasType == FinalSigmasType.SigmaMin, nameof(FinalSigmasType), FinalSigmasType,
            $"without {nameof(PredictX0)} choose {nameof(FinalSigmasType.SigmaMin)}, for noise prediction cannot reach a level without " +
            "noise");
        Require(
            SigmaSpacing is SigmaSpacing.Timesteps or SigmaSpacing.Karras, nameof(SigmaSpacing), SigmaSpacing,
            $"choose {nameof(SigmaSpacing.Timesteps)} or {nameof(SigmaSpacing.Karras)}");
    }

    internal override UniPCMultistepSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        SolverOrder = keys.Integer("solver_order", SolverOrder),
        PredictX0 = keys.Flag("predict_x0", PredictX0),
        SolverType = keys.Choice("solver_type", SolverType, SolverTypes),
        LowerOrderFinal = keys.Flag("lower_order_final", LowerOrderFinal),
        DisableCorrector = [.. keys.Numbers("disable_corrector", [.. DisableCorrector.Select(index => (double)index)])!.Select(index => (int)index)],
        SigmaSpacing = keys.SigmaSpacing(SigmaSpacing, SigmaSpacing.Karras, SigmaSpacing.Exponential, SigmaSpacing.Beta),
        FinalSigmasType = keys.FinalSigmasType(FinalSigmasType),
        Thresholding = keys.Thresholding(Thresholding),
        RescaleBetasZeroSnr = keys.RescaleBetasZeroSnr(RescaleBetasZeroSnr),
    };
}
