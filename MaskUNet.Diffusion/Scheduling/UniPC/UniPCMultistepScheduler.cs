using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// The unified predictor-corrector in its multistep form: Zhao et al., arXiv 2302.04867; as diffusers' <c>UniPCMultistepScheduler</c>.
/// </summary>
/// <remarks>The corrector needs no further evaluation of the model. Immutable, safe to share between threads.</remarks>
public sealed class UniPCMultistepScheduler : SigmaScheduler
{
    private readonly UniPCMultistepSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range or contradict each other.</exception>
    public UniPCMultistepScheduler(UniPCMultistepSchedulerOptions? options = null)
        : base(options ??= new(), NoiseSchedule.Create(options, options.RescaleBetasZeroSnr, TerminalAlphaCumprod), options.Limit) =>
            this.options = options with { DisableCorrector = [.. options.DisableCorrector] };

    private protected override NoiseLevel Level(SchedulerState state) => NoiseLevel.FromSigma(Sigma(state));

    private protected override SchedulerState Begin(SamplingSchedule schedule, int index, StepOptions options) =>
        new UniPCState(schedule, index, []);

    private protected override SamplingSchedule Space(int steps)
    {
        if (options.SigmaSpacing == SigmaSpacing.Timesteps)
        {
            var timesteps = TimestepSpacer.DiscreteBeforeClean(options, steps, TrainTimesteps);
            return Schedule(timesteps.Select(t => (double)t), timesteps.Select(t => Table.At(t)), FinalSigma(options.FinalSigmasType));
        }

        var sigmas = SigmaTable.Spread(options.SigmaSpacing, Table.Max, Table.Min, steps);
        var final = options.FinalSigmasType == FinalSigmasType.Zero ? 0 : sigmas[^1];
        return Schedule(Table.WholeTimestepsOf(sigmas), sigmas, final);
    }

    // Algorithm 3 (UniC, then UniP): the new evaluation first corrects the sample it was made at, then the corrected sample moves on.
    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<UniPCState>(state);
        var original = Original(state, output, sample);
        var current = options.PredictX0 ? original : Level(state).Epsilon(PredictionType, output, sample);
        if (run.LastSample is { } last && !options.DisableCorrector.Contains(run.Index - 1))
        {
            sample = Move(run, to: run.Index, last, run.History, run.LastOrder, corrector: current);
        }

        IReadOnlyList<Tensor> history = [current, .. run.History.Take(options.SolverOrder - 1)];
        var order = Order(run, history.Count);
        var previous = Move(run, to: run.Index + 1, sample, history, order);
        return new(previous, original, new UniPCState(run.Schedule, run.Index + 1, history, sample, order));
    }

    // Equations 3 and 8: from level s to t, with m0 the prediction at s and h = lambda_t - lambda_s; r_k where the prediction m_k was
    // made, D_k = (m_k - m0) / r_k its difference, a_k its weight. UniC has the prediction at t as one more, with r = 1.
    private Tensor Move(UniPCState run, int to, Tensor sample, IReadOnlyList<Tensor> history, int order, Tensor? corrector = null)
    {
        NoiseLevel At(int index) => NoiseLevel.FromSigma(run.Schedule.Sigmas[index]);
        var (s, t, m0) = (At(to - 1), At(to), history[0]);
        var step = options.PredictX0 ? ExponentialIntegrator.Data(s, t) : ExponentialIntegrator.Epsilon(s, t);
        var moved = (step.Carry * sample) - (step.Gain * step.Growth * m0);

        var nodes = Enumerable.Range(1, order - 1).Select(k => (At(to - 1 - k).Lambda - s.Lambda) / (t.Lambda - s.Lambda)).ToList();
        var differences = nodes.Select((r, k) => (history[k + 1] - m0) / r).ToList();
        if (corrector is not null)
        {
            nodes.Add(1);
            differences.Add(corrector - m0);
        }

        if (nodes.Count > 0)
        {
            var scale = options.SolverType == UniPCSolverType.Bh1 ? step.Exponent : step.Growth;
            var weights = UniPCCoefficients.Solve(nodes, step.Exponent, step.Growth, scale);
            var weighted = differences.Select((difference, k) => weights[k] * difference).Aggregate((sum, term) => sum + term);
            moved -= step.Gain * scale * weighted;
        }

        return moved;
    }

    private int Order(UniPCState run, int known)
    {
        var stepsLeft = run.Schedule.Timesteps.Count - run.Index;
        if (stepsLeft == 1 && options.FinalSigmasType == FinalSigmasType.Zero)
        {
            return 1; // lambda is infinite without noise, and only the first order stays finite
        }

        return Math.Min(known, options.LowerOrderFinal ? Math.Min(options.SolverOrder, stepsLeft) : options.SolverOrder);
    }
}
