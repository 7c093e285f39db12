namespace MaskUNet.Scheduling;

/// <summary>The keys that several schedulers' configurations share.</summary>
internal static class SharedKeys
{
    private static readonly Dictionary<string, BetaSchedule> BetaSchedules = new()
    {
        ["linear"] = BetaSchedule.Linear,
        ["scaled_linear"] = BetaSchedule.ScaledLinear,
        ["squaredcos_cap_v2"] = BetaSchedule.SquaredCosine,
        ["sigmoid"] = BetaSchedule.Sigmoid,
        ["exp"] = BetaSchedule.Exponential,
    };

    private static readonly Dictionary<string, PredictionType> PredictionTypes = new()
    {
        ["epsilon"] = PredictionType.Epsilon,
        ["v_prediction"] = PredictionType.VPrediction,
        ["sample"] = PredictionType.Sample,
    };

    private static readonly Dictionary<string, TimestepSpacing> TimestepSpacings = new()
    {
        ["leading"] = TimestepSpacing.Leading,
        ["linspace"] = TimestepSpacing.Linspace,
        ["trailing"] = TimestepSpacing.Trailing,
    };

    private static readonly Dictionary<string, FinalSigmasType> FinalSigmasTypes = new()
    {
        ["zero"] = Scheduling.FinalSigmasType.Zero,
        ["sigma_min"] = Scheduling.FinalSigmasType.SigmaMin,
    };

    private static readonly (string Key, SigmaSpacing Spacing)[] SigmaSpacings =
    [
        ("use_karras_sigmas", Scheduling.SigmaSpacing.Karras),
        ("use_exponential_sigmas", Scheduling.SigmaSpacing.Exponential),
        ("use_beta_sigmas", Scheduling.SigmaSpacing.Beta),
        ("use_lu_lambdas", Scheduling.SigmaSpacing.Lu),
    ];

    /// <summary>What every scheduler knows.</summary>
    public static T Shared<T>(this SchedulerConfig config, T defaults)
        where T : SchedulerOptions =>
        defaults with
        {
            TrainTimesteps = config.Integer("num_train_timesteps", defaults.TrainTimesteps),
            BetaStart = config.Number("beta_start", defaults.BetaStart),
            BetaEnd = config.Number("beta_end", defaults.BetaEnd),
            BetaSchedule = config.Choice("beta_schedule", defaults.BetaSchedule, BetaSchedules),
            TrainedBetas = config.Numbers("trained_betas")?.Select(beta => (float)beta).ToArray(),
            PredictionType = config.Choice("prediction_type", defaults.PredictionType, PredictionTypes),
            TimestepSpacing = config.Choice("timestep_spacing", defaults.TimestepSpacing, TimestepSpacings),
            StepsOffset = config.Integer("steps_offset", defaults.StepsOffset),
        };

    public static bool RescaleBetasZeroSnr(this SchedulerConfig config) => config.Flag("rescale_betas_zero_snr", false);

    public static double? ClipSampleRange(this SchedulerConfig config, double? absent) =>
        config.Flag("clip_sample", absent is not null) ? config.Number("clip_sample_range", absent ?? 1) : null;

    public static DynamicThresholding? Thresholding(this SchedulerConfig config) => !config.Flag("thresholding", false) ? null : new()
    {
        Ratio = config.Number("dynamic_thresholding_ratio", DynamicThresholding.DefaultRatio),
        SampleMaxValue = config.Number("sample_max_value", DynamicThresholding.DefaultSampleMaxValue),
    };

    public static FinalSigmasType FinalSigmasType(this SchedulerConfig config, FinalSigmasType absent) =>
        config.Choice("final_sigmas_type", absent, FinalSigmasTypes);

    /// <summary>The spacing whose flag is set, among those that the scheduler has a flag for.</summary>
    public static SigmaSpacing SigmaSpacing(this SchedulerConfig config, params SigmaSpacing[] known)
    {
        var asked = SigmaSpacings.Where(spacing => known.Contains(spacing.Spacing) && config.Flag(spacing.Key, false)).ToList();
        return asked.Count <= 1
            ? asked.Select(spacing => spacing.Spacing).SingleOrDefault()
            : throw new InvalidOptionException(
                $"the scheduler configuration sets {string.Join(" and ", asked.Select(spacing => spacing.Key))}: set only one of them.");
    }
}
