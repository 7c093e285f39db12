using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// DPM-Solver and DPM-Solver++ in their multistep form: Lu et al., arXiv 2206.00927 and 2211.01095; as diffusers'
/// <c>DPMSolverMultistepScheduler</c>.
/// </summary>
/// <remarks>
/// The history is part of the state, so a step may be tried any number of times. Immutable, safe to share between threads.
/// </remarks>
public sealed class DpmSolverMultistepScheduler : SigmaScheduler
{
    private const int FewSteps = 15;
    private readonly DpmSolverMultistepSchedulerOptions options;
    private readonly Func<NoiseLevel, NoiseLevel, ExponentialIntegrator> integrator;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range or contradict each other.</exception>
    public DpmSolverMultistepScheduler(DpmSolverMultistepSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr, TerminalAlphaCumprod), options.Limit)
    {
        this.options = options;
        integrator = options.AlgorithmType switch
        {
            DpmSolverAlgorithm.DpmSolver => ExponentialIntegrator.Epsilon,
            DpmSolverAlgorithm.SdeDpmSolver => ExponentialIntegrator.StochasticEpsilon,
            DpmSolverAlgorithm.SdeDpmSolverPlusPlus => ExponentialIntegrator.StochasticData,
            _ => ExponentialIntegrator.Data,
        };
    }

    /// <summary>Makes a schedule of timesteps of the caller's choice.</summary>
    /// <param name="timesteps">Training timesteps, descending.</param>
    /// <exception cref="InvalidOptionException">
    /// The list is empty, not descending or out of range, or <see cref="SigmaSpacing"/> chooses the timesteps.
    /// </exception>
    public SamplingSchedule CreateSchedule(IReadOnlyList<int> timesteps)
    {
        RequireTimestepSpacing(options.SigmaSpacing);
        return AtTimesteps(CustomTimesteps.Check(timesteps, TrainTimesteps));
    }

    private protected override NoiseLevel Level(SchedulerState state) => NoiseLevel.FromSigma(Sigma(state));

    private protected override SchedulerState Begin(SamplingSchedule schedule, int index, StepOptions options) =>
        new DpmSolverState(schedule, index, []);

    private protected override SamplingSchedule Space(int steps)
    {
        if (options.SigmaSpacing == SigmaSpacing.Timesteps)
        {
            var clipped = NoiseSchedule.AlphasCumprod.Count(alpha => NoiseLevel.FromAlphaCumprod(alpha).Lambda < options.LambdaMinClipped);
            return AtTimesteps(TimestepSpacer.DiscreteBeforeClean(options, steps, TrainTimesteps - clipped));
        }

        var sigmas = SigmaTable.Spread(options.SigmaSpacing, Table.Max, Table.Min, steps);
        return Schedule(Table.WholeTimestepsOf(sigmas), sigmas, FinalSigma(options.FinalSigmasType));
    }

    // Symbols of arXiv 2211.01095, algorithm 2: s the level of this evaluation, s1 and s2 of those before, t the one that the step
    // leads to; m0, m1, m2 the predictions at s, s1, s2; h = lambda_t - lambda_s, r0 h and r1 h the steps before; d1 and d2 the
    // prediction's first and second derivatives in lambda, from differences.
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<DpmSolverState>(state);
        var (s, t) = (LevelAt(run, 0), LevelAt(run, 1));
        var original = Original(state, output, sample);
        var m0 = options.PredictsOriginal ? original : Epsilon(s, output, sample, original);
        IReadOnlyList<Tensor> history = [m0, .. run.History.Take(options.SolverOrder - 1)];

        var step = integrator(s, t);
        var (order, h) = (Order(run, history.Count), t.Lambda - s.Lambda);
        var previous = (step.Carry * sample) - (step.Gain * step.Growth * m0);
        var linear = (step.Growth / step.Exponent) - 1;
        if (order == 2)
        {
            var r0 = (s.Lambda - LevelAt(run, -1).Lambda) / h;
            var d1 = 1 / r0 * (m0 - history[1]);
            previous -= step.Gain * (options.SolverType == DpmSolverType.Midpoint ? step.Growth / 2 : linear) * d1;
        }
        else if (order == 3)
        {
            var (s1, s2) = (LevelAt(run, -1), LevelAt(run, -2));
            var (r0, r1) = ((s.Lambda - s1.Lambda) / h, (s1.Lambda - s2.Lambda) / h);
            var (d10, d11) = (1 / r0 * (m0 - history[1]), 1 / r1 * (history[1] - history[2]));
            var d1 = d10 + (r0 / (r0 + r1) * (d10 - d11));
            var d2 = 1 / (r0 + r1) * (d10 - d11);
            previous -= step.Gain * ((linear * d1) + (((linear / step.Exponent) - 0.5) * d2));
        }

        if (options.IsStochastic)
        {
            previous += step.Noise * Draw(noise, sample);
        }

        return new(previous, original, new DpmSolverState(run.Schedule, run.Index + 1, history));
    }

    // A history longer than the index (evaluations of one step that were all kept) reaches before the first level; the reference
    // implementation counts on from the end there, and so does this.
    private static NoiseLevel LevelAt(DpmSolverState run, int offset)
    {
        var (sigmas, index) = (run.Schedule.Sigmas, run.Index + offset);
        return NoiseLevel.FromSigma(sigmas[index < 0 ? index + sigmas.Count : index]);
    }

    private Tensor Epsilon(NoiseLevel level, Tensor output, Tensor sample, Tensor limitedOriginal) => options.Thresholding is null
        ? level.Epsilon(PredictionType, output, sample)
        : level.EpsilonOf(limitedOriginal, sample);

    private int Order(DpmSolverState run, int known)
    {
        var stepsLeft = run.Schedule.Timesteps.Count - run.Index;
        var isShort = options.LowerOrderFinal && run.Schedule.Timesteps.Count < FewSteps;
        var isFirst = stepsLeft == 1 && (isShort || options.EulerAtFinal || options.FinalSigmasType == FinalSigmasType.Zero);
        return isFirst ? 1 : Math.Min(known, stepsLeft == 2 && isShort ? 2 : options.SolverOrder);
    }

    private SamplingSchedule AtTimesteps(IReadOnlyList<int> timesteps) =>
        Schedule(timesteps.Select(t => (double)t), timesteps.Select(t => Table.At(t)), FinalSigma(options.FinalSigmasType));
}
