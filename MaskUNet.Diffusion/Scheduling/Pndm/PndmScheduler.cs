using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Pseudo numerical methods for diffusion models: Liu et al., arXiv 2202.09778; as diffusers' <c>PNDMScheduler</c>.</summary>
/// <remarks>
/// n steps make n + 1 evaluations with <see cref="PndmSchedulerOptions.SkipPrkSteps"/>, n + 9 without. Immutable, safe to share between
/// threads.
/// </remarks>
public sealed class PndmScheduler : TimestepScheduler
{
    private const int RungeKuttaSteps = 3;
    private const int RungeKuttaEvaluations = 4;
    private readonly PndmSchedulerOptions options;

    /// <summary>Creates the scheduler.</summary>
    /// <param name="options">The options; diffusers' defaults if null.</param>
    /// <exception cref="InvalidOptionException">The options are out of range.</exception>
    public PndmScheduler(PndmSchedulerOptions? options = null)
        : this(options ??= new(), NoiseSchedule.Create(options))
    {
    }

    private PndmScheduler(PndmSchedulerOptions options, NoiseSchedule schedule)
        : base(options, schedule, SampleLimit.None, options.SetAlphaToOne ? 1 : schedule.AlphasCumprod[0]) => this.options = options;

    private protected override SamplingSchedule Space(int steps)
    {
        var chosen = TimestepSpacer.Discrete(options, steps);
        if (options.SkipPrkSteps)
        {
            return EvenSchedule([.. chosen.Take(2), .. chosen.Skip(1)], steps);
        }

        if (steps <= RungeKuttaSteps)
        {
            throw new InvalidOptionException(
                $"the number of steps is {steps}, and PNDM begins with {RungeKuttaSteps} Runge-Kutta steps: give at least " +
                $"{RungeKuttaSteps + 1}, or set {nameof(options.SkipPrkSteps)}.");
        }

        var half = TrainTimesteps / steps / 2;
        var rungeKutta = Enumerable.Range(1, RungeKuttaSteps)
            .SelectMany(i => (int[])[chosen[i - 1], chosen[i] + half, chosen[i] + half, chosen[i]]);
        return EvenSchedule([.. rungeKutta, .. chosen.Skip(RungeKuttaSteps)], steps);
    }

    private protected override SchedulerState Begin(SamplingSchedule schedule, int index, StepOptions options) =>
        new PndmState(schedule, index, Counter: 0, []);

    private protected override SchedulerStep Advance(SchedulerState state, Tensor output, Tensor sample, INoiseSource noise)
    {
        var run = Own<PndmState>(state);
        var isRungeKutta = !options.SkipPrkSteps && run.Index < RungeKuttaSteps * RungeKuttaEvaluations;
        var (previous, next) = isRungeKutta ? RungeKutta(run, output, sample) : Multistep(run, output, sample);
        return new(previous, Original(state, output, sample), next);
    }

    // Pseudo Runge-Kutta (section 3.3): e1 at t, e2 and e3 at the middle, e4 at the end, each found from the step's origin; then
    // (e1 + 2 e2 + 2 e3 + e4) / 6.
    private (Tensor Previous, PndmState Next) RungeKutta(PndmState run, Tensor output, Tensor sample)
    {
        var half = TrainTimesteps / run.Schedule.Steps / 2;
        var stage = run.Index % RungeKuttaEvaluations;
        if (stage > 0 && run.Origin is null)
        {
            throw new InvalidOptionException(
                $"the run begins at index {run.Index}, in the middle of a Runge-Kutta step: begin at a multiple of " +
                $"{RungeKuttaEvaluations}, or set {nameof(options.SkipPrkSteps)}.");
        }

        var from = (int)run.Schedule.Timesteps[run.Index - stage];
        var to = (int)run.Timestep - (stage % 2 == 0 ? half : 0);
        var origin = run.Origin ?? sample;
        var sum = stage switch
        {
            0 => output / 6,
            3 => run.Sum! + (output / 6),
            _ => run.Sum! + (output / 3),
        };
        var isLast = stage == RungeKuttaEvaluations - 1;
        var next = run.Next with
        {
            Outputs = stage == 0 ? [output, .. run.Outputs] : run.Outputs,
            Origin = isLast ? null : origin,
            Sum = isLast ? null : sum,
        };
        return (Transfer(origin, from, to, isLast ? sum : output), next);
    }

    // Pseudo linear multistep (section 3.3), with lower orders while the history is short. The first step is made twice, the second
    // time with the mean of the outputs at its two ends.
    private (Tensor Previous, PndmState Next) Multistep(PndmState run, Tensor output, Tensor sample)
    {
        var (t, step) = ((int)run.Timestep, TrainTimesteps / run.Schedule.Steps);
        if (options.SkipPrkSteps && run.Counter == 1)
        {
            return (Transfer(run.Origin!, t + step, t, (output + run.Outputs[0]) / 2), run.Next with { Origin = null });
        }

        IReadOnlyList<Tensor> e = [output, .. run.Outputs.Take(3)];
        var extrapolated = e.Count switch
        {
            1 => e[0],
            2 => ((3 * e[0]) - e[1]) / 2,
            3 => ((23 * e[0]) - (16 * e[1]) + (5 * e[2])) / 12,
            _ => ((55 * e[0]) - (59 * e[1]) + (37 * e[2]) - (9 * e[3])) / 24,
        };
        return (Transfer(sample, t, t - step, extrapolated), run.Next with { Outputs = e, Origin = run.Counter == 0 ? sample : null });
    }

    // The transfer part phi(x_t, e_t, t, t - delta) of section 3.2: alpha the cumulated alpha at t, previousAlpha at t - delta.
    private Tensor Transfer(Tensor sample, int from, int to, Tensor output)
    {
        var (alpha, previousAlpha) = (AlphaCumprod(from), AlphaCumprod(to));
        var epsilon = NoiseLevel.FromAlphaCumprod(alpha).Epsilon(PredictionType, output, sample);
        var denominator = (alpha * Math.Sqrt(1 - previousAlpha)) + Math.Sqrt(alpha * (1 - alpha) * previousAlpha);
        return (Math.Sqrt(previousAlpha / alpha) * sample) - ((previousAlpha - alpha) / denominator * epsilon);
    }
}
