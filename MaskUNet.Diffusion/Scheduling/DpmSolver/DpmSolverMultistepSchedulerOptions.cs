namespace MaskUNet.Scheduling;

/// <summary>
/// The options of <see cref="DpmSolverMultistepScheduler"/>, with the defaults of diffusers' <c>DPMSolverMultistepScheduler</c>.
/// </summary>
public sealed record DpmSolverMultistepSchedulerOptions : DiffusionSchedulerOptions
{
    /// <summary>The default of <see cref="SolverOrder"/>.</summary>
    public const int DefaultSolverOrder = 2;

    /// <summary>The highest <see cref="SolverOrder"/>.</summary>
    public const int MaxSolverOrder = 3;

    private const string Deis = "deis"; // a sibling's algorithm, which diffusers reads as DPM-Solver++

    private static readonly Dictionary<string, DpmSolverAlgorithm> Algorithms = new()
    {
        ["dpmsolver++"] = DpmSolverAlgorithm.DpmSolverPlusPlus,
        ["dpmsolver"] = DpmSolverAlgorithm.DpmSolver,
        ["sde-dpmsolver++"] = DpmSolverAlgorithm.SdeDpmSolverPlusPlus,
        ["sde-dpmsolver"] = DpmSolverAlgorithm.SdeDpmSolver,
        [Deis] = DpmSolverAlgorithm.DpmSolverPlusPlus,
    };

    private static readonly Dictionary<string, DpmSolverType> SolverTypes = new()
    {
        ["midpoint"] = DpmSolverType.Midpoint,
        ["heun"] = DpmSolverType.Heun,
        ["logrho"] = DpmSolverType.Midpoint, // DEIS's and UniPC's, which diffusers reads so
        ["bh1"] = DpmSolverType.Midpoint,
        ["bh2"] = DpmSolverType.Midpoint,
    };

    /// <summary>How many evaluations an update uses, 1 to 3; 2, as guided sampling wants. 3 is for the deterministic algorithms.</summary>
    public int SolverOrder { get; init; } = DefaultSolverOrder;

    /// <summary>The algorithm; DPM-Solver++.</summary>
    public DpmSolverAlgorithm AlgorithmType { get; init; } = DpmSolverAlgorithm.DpmSolverPlusPlus;

    /// <summary>The kind of second-order update; midpoint. The third order has one kind.</summary>
    public DpmSolverType SolverType { get; init; } = DpmSolverType.Midpoint;

    /// <summary>Whether runs of fewer than 15 steps end with updates of lower order; true.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>Whether the last step is of first order whatever the number of steps; false.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>
    /// How noise levels are chosen: by timestep (default), <see cref="SigmaSpacing.Karras"/>, or <see cref="SigmaSpacing.Lu"/>.
    /// </summary>
    public SigmaSpacing SigmaSpacing { get; init; } = SigmaSpacing.Timesteps;

    /// <summary>Where the last step leads; zero. The noise-predicting algorithms need sigma_min.</summary>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>
    /// Timesteps whose lambda lies below this are left out, which the cosine schedule needs (-5.1); negative infinity leaves out none.
    /// </summary>
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    /// <summary>Dynamic thresholding of the predicted clean sample; null (default) does none.</summary>
    public DynamicThresholding? Thresholding { get; init; }

    /// <summary>Whether the betas are rescaled so that the last timestep is pure noise (arXiv 2305.08891); false.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    internal override string ClassName => "DPMSolverMultistepScheduler";

    internal SampleLimit Limit => new(Thresholding);

    internal bool PredictsOriginal => AlgorithmType is DpmSolverAlgorithm.DpmSolverPlusPlus or DpmSolverAlgorithm.SdeDpmSolverPlusPlus;

    internal bool IsStochastic => AlgorithmType is DpmSolverAlgorithm.SdeDpmSolver or DpmSolverAlgorithm.SdeDpmSolverPlusPlus;

    /// <summary>Reads a diffusers configuration, of this or another scheduler; keys that it lacks keep their defaults.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="InvalidOptionException">A value is of the wrong kind or not known.</exception>
    public static DpmSolverMultistepSchedulerOptions From(SchedulerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Text("variance_type") is ("learned" or "learned_range") and var variance)
        {
            throw new InvalidOptionException($"the scheduler configuration has variance_type = {variance}: use a model that predicts no variance.");
        }

        var options = new DpmSolverMultistepSchedulerOptions().Through(new KeyReader(config));
        return config.Text("algorithm_type") != Deis || options.FinalSigmasType == FinalSigmasType.SigmaMin
            ? options
            : throw new InvalidOptionException(
                $"the scheduler configuration has algorithm_type = {Deis}, which stands for dpmsolver++ here: write that, or set " +
                "final_sigmas_type to sigma_min.");
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Limit.Check();
        RequireDefined(AlgorithmType);
        RequireDefined(SolverType);
        RequireDefined(FinalSigmasType);
        Require(SolverOrder is >= 1 and <= MaxSolverOrder, nameof(SolverOrder), SolverOrder, $"give 1 to {MaxSolverOrder}");
        Require(
            SolverOrder < MaxSolverOrder || !IsStochastic, nameof(SolverOrder), SolverOrder,
            $"with {AlgorithmType} give 1 or 2, for the third order is deterministic");
        Require(
            PredictsOriginal || FinalSigmasType == FinalSigmasType.SigmaMin, nameof(FinalSigmasType), FinalSigmasType,
            $"with {AlgorithmType} choose {nameof(FinalSigmasType.SigmaMin)}, for noise prediction cannot reach a level without noise");
        Require(
            SigmaSpacing is SigmaSpacing.Timesteps or SigmaSpacing.Karras or SigmaSpacing.Lu, nameof(SigmaSpacing), SigmaSpacing,
            $"choose {nameof(SigmaSpacing.Timesteps)}, {nameof(SigmaSpacing.Karras)} or {nameof(SigmaSpacing.Lu)}");
        Require(
            !double.IsNaN(LambdaMinClipped) && LambdaMinClipped < double.PositiveInfinity, nameof(LambdaMinClipped), LambdaMinClipped,
            "give a number or negative infinity");
    }

    internal override DpmSolverMultistepSchedulerOptions Through(ISchedulerKeys keys) => keys.Shared(this) with
    {
        SolverOrder = keys.Integer("solver_order", SolverOrder),
        AlgorithmType = keys.Choice("algorithm_type", AlgorithmType, Algorithms),
        SolverType = keys.Choice("solver_type", SolverType, SolverTypes),
        LowerOrderFinal = keys.Flag("lower_order_final", LowerOrderFinal),
        EulerAtFinal = keys.Flag("euler_at_final", EulerAtFinal),
        SigmaSpacing = keys.SigmaSpacing(SigmaSpacing, SigmaSpacing.Karras, SigmaSpacing.Exponential, SigmaSpacing.Beta, SigmaSpacing.Lu),
        FinalSigmasType = keys.FinalSigmasType(FinalSigmasType),
        LambdaMinClipped = keys.Number("lambda_min_clipped", LambdaMinClipped),
        Thresholding = keys.Thresholding(Thresholding),
        RescaleBetasZeroSnr = keys.RescaleBetasZeroSnr(RescaleBetasZeroSnr),
    };
}
