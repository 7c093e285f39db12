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
    public static T Shared<T>(this ISchedulerKeys keys, T options)
        where T : DiffusionSchedulerOptions =>
        options with
        {
            TrainTimesteps = keys.Integer("num_train_timesteps", options.TrainTimesteps),
            BetaStart = keys.Number("beta_start", options.BetaStart),
            BetaEnd = keys.Number("beta_end", options.BetaEnd),
            BetaSchedule = keys.Choice("beta_schedule", options.BetaSchedule, BetaSchedules),
            TrainedBetas = keys.Numbers("trained_betas", options.TrainedBetas?.Select(beta => (double)beta).ToArray())?.Select(beta => (float)beta).ToArray(),
            PredictionType = keys.Choice("prediction_type", options.PredictionType, PredictionTypes),
            TimestepSpacing = keys.Choice("timestep_spacing", options.TimestepSpacing, TimestepSpacings),
            StepsOffset = keys.Integer("steps_offset", options.StepsOffset),
        };

    /// <summary>What every scheduler and those with <see cref="ClippingSchedulerOptions"/> know.</summary>
    public static T SharedWithClipping<T>(this ISchedulerKeys keys, T options)
        where T : ClippingSchedulerOptions =>
        keys.Shared(options) with
        {
            ClipSampleRange = keys.ClipSampleRange(options.ClipSampleRange),
            Thresholding = keys.Thresholding(options.Thresholding),
            RescaleBetasZeroSnr = keys.RescaleBetasZeroSnr(options.RescaleBetasZeroSnr),
        };

    public static bool RescaleBetasZeroSnr(this ISchedulerKeys keys, bool value) => keys.Flag("rescale_betas_zero_snr", value);

    public static double? ClipSampleRange(this ISchedulerKeys keys, double? value) => keys.Flag("clip_sample", value is not null)
        ? keys.Number("clip_sample_range", value ?? ClippingSchedulerOptions.DefaultClipSampleRange)
        : null;

    public static DynamicThresholding? Thresholding(this ISchedulerKeys keys, DynamicThresholding? value)
    {
        var thresholding = value ?? new();
        return !keys.Flag("thresholding", value is not null) ? null : new()
        {
            Ratio = keys.Number("dynamic_thresholding_ratio", thresholding.Ratio),
            SampleMaxValue = keys.Number("sample_max_value", thresholding.SampleMaxValue),
        };
    }

    public static FinalSigmasType FinalSigmasType(this ISchedulerKeys keys, FinalSigmasType value) =>
        keys.Choice("final_sigmas_type", value, FinalSigmasTypes);

    /// <summary>The spacing whose flag is set, among those that the scheduler has a flag for.</summary>
    public static SigmaSpacing SigmaSpacing(this ISchedulerKeys keys, SigmaSpacing value, params SigmaSpacing[] known)
    {
        var asked = SigmaSpacings.Where(spacing => known.Contains(spacing.Spacing) && keys.Flag(spacing.Key, value == spacing.Spacing)).ToList();
        return asked.Count <= 1
            ? asked.Select(spacing => spacing.Spacing).SingleOrDefault()
            : throw new InvalidOptionException(
                $"the scheduler configuration sets {string.Join(" and ", asked.Select(spacing => spacing.Key))}: set only one of them.");
    }
}
