using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Recorded;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling;

/// <summary>A method of order p comes 2^p times closer to the exact solution with twice as many steps.</summary>
public class ConvergenceTests
{
    private const int Intervals = 7680; // divisible by every number of steps below, so that all steps of a run are alike
    private const double Tolerance = 0.25;

    // By method: its order, the number of steps that the order shows at, and how to make a run of n steps.
    private static readonly Dictionary<string, (double Order, int Steps, Func<int, Run> Make)> Methods = new()
    {
        ["DDIM"] = (1, 240, n => Trailing(new DdimScheduler(Timesteps(new DdimSchedulerOptions { ClipSampleRange = null, SetAlphaToOne = false })), n)),
        ["Euler"] = (1, 240, n => Exploding(new EulerDiscreteScheduler(Levels(new EulerDiscreteSchedulerOptions())), n)),
        ["Heun"] = (2, 240, n => Exploding(new HeunDiscreteScheduler(Levels(new HeunDiscreteSchedulerOptions())), n)),
        ["DPM-Solver++ of order 1"] = (1, 240, n => Dpm(new() { SolverOrder = 1 }, n)),
        ["DPM-Solver++ of order 2, midpoint"] = (2, 240, n => Dpm(new(), n)),
        ["DPM-Solver++ of order 2, Heun"] = (2, 240, n => Dpm(new() { SolverType = DpmSolverType.Heun }, n)),
        ["DPM-Solver of order 1"] = (1, 240, n => Dpm(new() { AlgorithmType = DpmSolverAlgorithm.DpmSolver, SolverOrder = 1 }, n)),
        ["DPM-Solver of order 2, midpoint"] = (2, 240, n => Dpm(new() { AlgorithmType = DpmSolverAlgorithm.DpmSolver }, n)),
        ["DPM-Solver of order 2, Heun"] = (2, 240, n => Dpm(new() { AlgorithmType = DpmSolverAlgorithm.DpmSolver, SolverType = DpmSolverType.Heun }, n)),

        // The authors' third-order multistep update, which diffusers follows and so does this, weighs the second derivative half of what
        // the Taylor series asks for: a smaller error than the second-order update's, but of order 2 in the limit.
        ["DPM-Solver++ of order 3"] = (2, 240, n => Dpm(new() { SolverOrder = 3 }, n)),
        ["DPM-Solver of order 3"] = (2, 240, n => Dpm(new() { AlgorithmType = DpmSolverAlgorithm.DpmSolver, SolverOrder = 3 }, n)),

        // The corrector adds one to the predictor's order.
        ["UniPC of order 1"] = (2, 240, n => UniPC(new() { SolverOrder = 1 }, n)),
        ["UniPC of order 2"] = (3, 240, n => UniPC(new(), n)),
        ["UniPC of order 2, bh1"] = (3, 240, n => UniPC(new() { SolverType = UniPCSolverType.Bh1 }, n)),
        ["UniPC of order 2, noise prediction"] = (3, 240, n => UniPC(new() { PredictX0 = false }, n)),
        ["UniPC of order 3"] = (4, 240, n => UniPC(new() { SolverOrder = 3 }, n)),
        ["UniPC of order 2 without corrector"] = (2, 240, n => UniPC(new() { DisableCorrector = [.. Enumerable.Range(0, Intervals)] }, n)),
    };

    private delegate NoiseLevel LevelAt(int index);

    public static IEnumerable<object[]> Names => Methods.Keys.Select(name => new object[] { name });

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_method_has_its_order_of_convergence(string name)
    {
        var (order, steps, make) = Methods[name];
        var slope = Math.Log2(Error(make(steps)) / Error(make(2 * steps)));
        slope.Should().BeApproximately(order, Tolerance);
    }

    // Its first and last steps are not like the others, so that the limit shows nothing; between 30 and 60 steps the second order of the
    // paper's theorem is there.
    [Fact]
    public void Pndm_is_of_second_order_at_least()
    {
        static Run Make(int n) => Trailing(new PndmScheduler(Timesteps(new PndmSchedulerOptions { SkipPrkSteps = true })), n);
        Math.Log2(Error(Make(30)) / Error(Make(60))).Should().BeInRange(2, 3);
    }

    [Fact]
    public void The_third_order_update_is_closer_than_the_second() =>
        Error(Dpm(new() { SolverOrder = 3 }, 60)).Should().BeLessThan(Error(Dpm(new(), 60)) / 2);

    private static double Error(Run run)
    {
        using var scope = NewDisposeScope();
        var standard = tensor([-1.5, -0.5, 0.4, 1.9]).reshape(1, 1, 2, 2);
        var state = run.Scheduler.Start(run.Schedule);
        var sample = GaussianData.Path(run.Level(0), standard);
        var noise = new BankNoise(sample);
        for (var i = 0; i < run.Evaluations; i++)
        {
            var step = run.Scheduler.Step(state, GaussianData.Epsilon(run.Level(state.Index), sample), sample, noise);
            (sample, state) = (step.Sample, step.State);
        }

        noise.Draws.Should().Be(0);
        return (sample - GaussianData.Path(run.Level(run.Evaluations), standard)).abs().max().item<double>();
    }

    private static Run Dpm(DpmSolverMultistepSchedulerOptions options, int steps) =>
        Preserving(new DpmSolverMultistepScheduler(Levels(options) with { FinalSigmasType = FinalSigmasType.SigmaMin, LowerOrderFinal = false }), steps);

    private static Run UniPC(UniPCMultistepSchedulerOptions options, int steps) =>
        Preserving(new UniPCMultistepScheduler(Levels(options) with { FinalSigmasType = FinalSigmasType.SigmaMin, LowerOrderFinal = false }), steps);

    private static Run Preserving(DiffusionScheduler scheduler, int steps)
    {
        var schedule = scheduler.CreateSchedule(steps);
        return new(scheduler, schedule, schedule.Timesteps.Count, index => NoiseLevel.FromSigma(schedule.Sigmas[index]));
    }

    // The last step, to no noise at all, is left out: it does not shrink with the others.
    private static Run Exploding(DiffusionScheduler scheduler, int steps)
    {
        var schedule = scheduler.CreateSchedule(steps + 1);
        return new(scheduler, schedule, schedule.Timesteps.Count - 1, index => new NoiseLevel(1, schedule.Sigmas[index]));
    }

    private static Run Trailing(DiffusionScheduler scheduler, int steps)
    {
        var schedule = scheduler.CreateSchedule(steps);
        var alphas = scheduler.NoiseSchedule.AlphasCumprod;
        var timesteps = schedule.Timesteps.Append(0).ToList();
        return new(scheduler, schedule, schedule.Timesteps.Count, index => NoiseLevel.FromAlphaCumprod(alphas[(int)timesteps[index]]));
    }

    private static T Timesteps<T>(T options)
        where T : SchedulerOptions =>
        options with { TimestepSpacing = TimestepSpacing.Trailing, TrainTimesteps = Intervals, TrainedBetas = Betas(Intervals) };

    private static T Levels<T>(T options)
        where T : SchedulerOptions =>
        options with { TrainTimesteps = Intervals + 1, TrainedBetas = Betas(Intervals + 1) };

    // alphas_cumprod falls from 0.9 exponentially: smooth, so that the order shows with few steps.
    private static float[] Betas(int timesteps) => [0.1f, .. Enumerable.Repeat((float)(1 - Math.Exp(-3.0 / Intervals)), timesteps - 1)];

    private sealed record Run(DiffusionScheduler Scheduler, SamplingSchedule Schedule, int Evaluations, LevelAt Level);
}
