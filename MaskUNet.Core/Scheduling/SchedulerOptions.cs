using System.Globalization;

namespace MaskUNet.Scheduling;

/// <summary>
/// What every scheduler can be told. The names are those of diffusers' configuration; defaults that differ from one scheduler to
/// another are set by the records that derive from this one.
/// </summary>
public abstract record SchedulerOptions
{
    /// <summary>The default of <see cref="TrainTimesteps"/>.</summary>
    public const int DefaultTrainTimesteps = 1000;

    /// <summary>The largest <see cref="TrainTimesteps"/>, a thousand times what models are trained with.</summary>
    public const int MostTrainTimesteps = 1_000_000;

    /// <summary>DDPM's <see cref="BetaStart"/>, the default of most schedulers.</summary>
    public const double DefaultBetaStart = 0.0001;

    /// <summary>DDPM's <see cref="BetaEnd"/>, the default of most schedulers.</summary>
    public const double DefaultBetaEnd = 0.02;

    /// <summary>Stable Diffusion's <see cref="BetaStart"/>.</summary>
    public const double StableDiffusionBetaStart = 0.00085;

    /// <summary>Stable Diffusion's <see cref="BetaEnd"/>.</summary>
    public const double StableDiffusionBetaEnd = 0.012;

    /// <summary>The number of timesteps of the training schedule (<c>num_train_timesteps</c>), 2 to 1,000,000; 1000.</summary>
    public int TrainTimesteps { get; init; } = DefaultTrainTimesteps;

    /// <summary>The first beta, in (0, 1); 0.0001 (LCM and Heun: 0.00085).</summary>
    public double BetaStart { get; init; } = DefaultBetaStart;

    /// <summary>The last beta, in (0, 1); 0.02 (LCM and Heun: 0.012).</summary>
    public double BetaEnd { get; init; } = DefaultBetaEnd;

    /// <summary>How betas grow; linear (LCM: scaled linear). Stable Diffusion was trained with scaled linear.</summary>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>The betas themselves, <see cref="TrainTimesteps"/> many, in (0, 1]; null (default) computes them.</summary>
    public IReadOnlyList<float>? TrainedBetas { get; init; }

    /// <summary>What the model predicts; epsilon.</summary>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>How timesteps are spread; linspace for schedulers that work on noise levels, leading for the others.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Linspace;

    /// <summary>What leading spacing adds to each timestep, from 0 to below <see cref="TrainTimesteps"/>; 0. Stable Diffusion's configuration has 1.</summary>
    public int StepsOffset { get; init; }

    /// <summary>Checks ranges and contradictions. Schedulers call this when they are made.</summary>
    /// <exception cref="InvalidOptionException">A value is out of range, or values contradict each other.</exception>
    public virtual void Validate()
    {
        Require(TrainTimesteps is >= 2 and <= MostTrainTimesteps, nameof(TrainTimesteps), TrainTimesteps, $"give 2 to {MostTrainTimesteps}");
        Require(BetaStart is > 0 and < 1, nameof(BetaStart), BetaStart, "give a value between 0 and 1");
        Require(BetaEnd is > 0 and < 1, nameof(BetaEnd), BetaEnd, "give a value between 0 and 1");
        Require(StepsOffset >= 0 && StepsOffset < TrainTimesteps, nameof(StepsOffset), StepsOffset, $"give 0 to {TrainTimesteps - 1}");
        RequireDefined(BetaSchedule);
        RequireDefined(PredictionType);
        RequireDefined(TimestepSpacing);
        if (TrainedBetas is { } betas)
        {
            Require(betas.Count == TrainTimesteps, nameof(TrainedBetas), $"a list of {betas.Count}", $"give {nameof(TrainTimesteps)}, {TrainTimesteps}");
            Require(betas.All(beta => beta is > 0 and <= 1), nameof(TrainedBetas), "a list with values outside (0, 1]", "give variances");
        }
    }

    /// <summary>Refuses an option's value.</summary>
    /// <param name="holds">The condition that must hold.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="remedy">What to do.</param>
    protected void Require(bool holds, string option, object value, string remedy)
    {
        if (!holds)
        {
            throw new InvalidOptionException(string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}.{option} is {value}: {remedy}."));
        }
    }

    /// <summary>Refuses a number that is no member of its enumeration.</summary>
    /// <param name="value">The option's value.</param>
    protected void RequireDefined<T>(T value)
        where T : struct, Enum =>
        Require(Enum.IsDefined(value), typeof(T).Name, value, $"choose one of {string.Join(", ", Enum.GetNames<T>())}");
}
