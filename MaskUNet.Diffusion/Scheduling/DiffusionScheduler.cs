using MaskUNet.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// What the schedulers of this package share: checks, the arithmetic's type, and who owns which tensor. Immutable, safe to share between
/// threads.
/// </summary>
/// <remarks>
/// A step computes in float32, or in float64 where an argument is float64, and gives results in the sample's type. Coefficients are
/// computed in double precision from float32 tables. A state's history keeps the graph of the model outputs it came from: where no
/// gradient through the history is wanted, hand over a detached output.
/// </remarks>
public abstract class DiffusionScheduler : IDiffusionScheduler
{
    private protected DiffusionScheduler(DiffusionSchedulerOptions options, NoiseSchedule noiseSchedule, SampleLimit limit)
    {
        Options = options;
        Config = options.ToConfig();
        NoiseSchedule = noiseSchedule;
        Limit = limit;
    }

    /// <summary>The noise of each training timestep.</summary>
    public NoiseSchedule NoiseSchedule { get; }

    /// <inheritdoc/>
    public int TrainTimesteps => Options.TrainTimesteps;

    /// <inheritdoc/>
    public PredictionType PredictionType => Options.PredictionType;

    /// <inheritdoc/>
    /// <remarks>From options it says what they say; <see cref="SchedulerFactory"/> gives its own, which may hold keys of other schedulers.</remarks>
    public SchedulerConfig Config { get; internal set; }

    /// <inheritdoc/>
    public virtual int EvaluationsPerStep => 1;

    /// <summary>What it was told.</summary>
    internal DiffusionSchedulerOptions Options { get; }

    private protected SampleLimit Limit { get; }

    /// <inheritdoc/>
    public SamplingSchedule CreateSchedule(int steps)
    {
        if (steps < 1 || steps > TrainTimesteps)
        {
            throw new InvalidOptionException(
                $"the number of steps is {steps}: give 1 to {TrainTimesteps}, the number of training timesteps.");
        }

        return Space(steps);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">
    /// The index or an option is out of range, or the schedule is of another kind of scheduler.
    /// </exception>
    public SchedulerState Start(SamplingSchedule schedule, int beginIndex = 0, StepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (beginIndex < 0 || beginIndex >= schedule.Timesteps.Count)
        {
            throw new InvalidOptionException(
                $"the begin index is {beginIndex}: give 0 to {schedule.Timesteps.Count - 1}, an index of the schedule's timesteps.");
        }

        var stepOptions = options ?? StepOptions.Default;
        stepOptions.Validate();
        CheckSchedule(schedule);
        return Begin(schedule, beginIndex, stepOptions);
    }

    /// <inheritdoc/>
    /// <returns>A tensor in the caller's scope; where nothing is scaled it shares the sample's memory.</returns>
    public virtual Tensor ScaleModelInput(SchedulerState state, Tensor sample)
    {
        CheckState(state);
        ArgumentNullException.ThrowIfNull(sample);
        return sample.alias();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionException">The state is of another scheduler, or the run is over.</exception>
    public SchedulerStep Step(SchedulerState state, Tensor modelOutput, Tensor sample, INoiseSource noise)
    {
        CheckState(state);
        ArgumentNullException.ThrowIfNull(modelOutput);
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = NewDisposeScope();
        var type = Arithmetic(modelOutput, sample);

        // Copies: what goes into the history must not change when the caller reuses a tensor.
        var step = Advance(state, modelOutput.to(type, copy: true), sample.to(type, copy: true), noise);
        var original = step.PredictedOriginal?.to(sample.dtype, copy: true);
        var result = step with { Sample = step.Sample.to(sample.dtype, copy: true), PredictedOriginal = original };
        scope.MoveToOuter(result.State.Tensors);
        scope.MoveToOuter(result.Sample);
        if (original is not null)
        {
            scope.MoveToOuter(original);
        }

        return result;
    }

    /// <inheritdoc/>
    public Tensor PredictOriginal(SchedulerState state, Tensor modelOutput, Tensor sample)
    {
        CheckState(state);
        ArgumentNullException.ThrowIfNull(modelOutput);
        ArgumentNullException.ThrowIfNull(sample);
        using var scope = NewDisposeScope();
        var type = Arithmetic(modelOutput, sample);
        return Original(state, modelOutput.to(type), sample.to(type)).to(sample.dtype, copy: true).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor AddNoise(Tensor original, Tensor noise, SchedulerState state)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(noise);
        CheckState(state);
        using var scope = NewDisposeScope();
        var type = Arithmetic(original, noise);
        return Level(state).AddNoise(original.to(type), noise.to(type)).to(original.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The schedule of a checked number of steps.</summary>
    private protected abstract SamplingSchedule Space(int steps);

    /// <summary>Refuses a schedule that this scheduler cannot follow.</summary>
    private protected abstract void CheckSchedule(SamplingSchedule schedule);

    /// <summary>The noise level of the evaluation that comes next.</summary>
    private protected abstract NoiseLevel Level(SchedulerState state);

    /// <summary>The update rule. All tensors are of one type; what is made stays in the caller's scope.</summary>
    private protected abstract SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise);

    /// <summary>A run's first state.</summary>
    private protected virtual SchedulerState Begin(SamplingSchedule schedule, int index, StepOptions options) =>
        new RunState(schedule, index, options);

    /// <summary>The estimate of the clean sample.</summary>
    private protected virtual Tensor Original(SchedulerState state, Tensor output, Tensor sample) =>
        Limit.Apply(Level(state).Original(PredictionType, output, sample));

    /// <summary>Draws noise like a tensor.</summary>
    private protected static Tensor Draw(INoiseSource noise, Tensor like) => noise.Draw(like.shape, like.dtype, like.device);

    /// <summary>The state as the type that this scheduler made.</summary>
    private protected static TState Own<TState>(SchedulerState state)
        where TState : SchedulerState =>
        state as TState ?? throw new InvalidOptionException(
            $"the state is a {state.GetType().Name}, of another scheduler: use one that this scheduler's {nameof(Start)} or " +
            $"{nameof(Step)} returned.");

    private static void CheckState(SchedulerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.IsDone)
        {
            throw new InvalidOptionException(
                $"the run is over after {state.Schedule.Timesteps.Count} evaluations: call {nameof(Start)} for another one.");
        }
    }

    private static ScalarType Arithmetic(Tensor first, Tensor second) =>
        first.dtype == ScalarType.Float64 || second.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
