using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Recorded;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Contracts;

/// <summary>What holds for every scheduler.</summary>
public abstract class SchedulerContract
{
    private const int Steps = 6;
    private static readonly long[] Shape = [2, 4, 3, 5];

    protected abstract DiffusionScheduler Create(PredictionType prediction = PredictionType.Epsilon, TimestepSpacing spacing = TimestepSpacing.Linspace);

    protected virtual IReadOnlyList<PredictionType> PredictionTypes => Enum.GetValues<PredictionType>();

    protected virtual int MaxSteps => SchedulerOptions.DefaultTrainTimesteps;

    protected virtual int MinSteps => 1;

    protected virtual int Evaluations(int steps) => steps;

    [Fact]
    public void Any_number_of_steps_has_its_evaluations_within_the_training_schedule()
    {
        var scheduler = Create(spacing: TimestepSpacing.Trailing);
        for (var steps = MinSteps; steps <= MaxSteps; steps++)
        {
            var schedule = scheduler.CreateSchedule(steps);
            schedule.Steps.Should().Be(steps);
            schedule.Timesteps.Count.Should().Be(Evaluations(steps), "that is what {0} steps take", steps);
            schedule.Timesteps.Min().Should().BeGreaterThanOrEqualTo(0);
            schedule.Timesteps.Max().Should().BeLessThan(scheduler.TrainTimesteps);
        }
    }

    [Fact]
    public void Runs_side_by_side_do_not_know_of_each_other()
    {
        using var scope = NewDisposeScope();
        var scheduler = Create();
        var (a, b) = (new Walk(scheduler, Noise(1)), new Walk(scheduler, Noise(2)));
        while (!a.State.IsDone)
        {
            a.Go(1);
            b.Go(1);
        }

        a.Sample.ShouldEqualBitForBit(new Walk(scheduler, Noise(1)).Go().Sample, "the first run");
        b.Sample.ShouldEqualBitForBit(new Walk(scheduler, Noise(2)).Go().Sample, "the second run");
    }

    [Fact]
    public void A_step_tried_again_gives_the_same_whatever_was_tried_between()
    {
        using var scope = NewDisposeScope();
        var walk = new Walk(Create(), Noise(3));
        while (!walk.State.IsDone)
        {
            var (first, _) = (walk.Try(), walk.Try(shift: 0.3));
            var again = walk.Try();
            again.Sample.ShouldEqualBitForBit(first.Sample, $"the step from {walk.State.Timestep}");
            again.PredictedOriginal!.ShouldEqualBitForBit(first.PredictedOriginal!, $"the original at {walk.State.Timestep}");
            walk.Go(1);
        }
    }

    [Fact]
    public void A_run_put_aside_goes_on_as_if_it_had_not_been()
    {
        using var scope = NewDisposeScope();
        var walk = new Walk(Create(), Noise(4));
        walk.Go(Steps / 2);
        var aside = walk.Copy();
        var end = walk.Go().Sample;
        aside.Go().Sample.ShouldEqualBitForBit(end, "the end of the run");
    }

    [Fact]
    public void What_a_caller_does_with_its_tensors_afterwards_does_not_matter()
    {
        using var scope = NewDisposeScope();
        var (scheduler, source) = (Create(), Noise(5));
        var walk = new Walk(scheduler, source);
        var (state, sample, noise) = (walk.State, source[0].clone(), new BankNoise(source));
        sample *= state.Schedule.InitNoiseSigma;
        while (!state.IsDone)
        {
            var output = walk.Model(state, sample);
            var (outputBefore, sampleBefore) = (output.clone(), sample.clone());
            var step = scheduler.Step(state, output, sample, noise);
            output.ShouldEqualBitForBit(outputBefore, "the model's output");
            sample.ShouldEqualBitForBit(sampleBefore, "the sample");
            output.fill_(float.NaN);
            sample.fill_(float.NaN);
            step.PredictedOriginal!.fill_(float.NaN);
            (state, sample) = (step.State, step.Sample.clone());
            step.Sample.fill_(float.NaN);
        }

        sample.ShouldEqualBitForBit(walk.Go().Sample, "the end of the run");
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            var walk = new Walk(Create(), Noise(6));
            walk.Go(Steps / 2);
            var live = statistics.ThreadTotalLiveCount;
            using (var scope = NewDisposeScope())
            {
                var step = walk.Try();
                var made = step.State.Tensors.Except(walk.State.Tensors, ReferenceEqualityComparer.Instance).Count();
                step.State.Tensors.Any(tensor => tensor.IsInvalid).Should().BeFalse();
                statistics.ThreadTotalLiveCount.Should().Be(live + 3 + 2 + made, "there are the model's input and output and the noise's view, the step's two results, and its new history");
            }

            statistics.ThreadTotalLiveCount.Should().Be(live);
        }

        statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Gradients_flow_to_the_output_and_the_sample()
    {
        using var scope = NewDisposeScope();
        var walk = new Walk(Create(), Noise(7));
        var (output, sample) = (walk.Model(walk.State, walk.Sample).detach().requires_grad_(), walk.Sample.detach().requires_grad_());
        var step = walk.Scheduler.Step(walk.State, output, sample, new BankNoise(Noise(8)));
        step.Sample.square().sum().backward();
        ShouldHaveGradients(output, sample);

        walk.Scheduler.PredictOriginal(walk.State, output, sample).square().sum().backward();
        ShouldHaveGradients(output, sample);
    }

    [Fact]
    public void Half_precision_is_computed_in_float32()
    {
        using var scope = NewDisposeScope();
        var walk = new Walk(Create(), Noise(9));
        walk.Go(2);
        var output = walk.Model(walk.State, walk.Sample);
        foreach (var type in (ScalarType[])[float16, bfloat16])
        {
            var (half, halfOutput) = (walk.Sample.to(type), output.to(type));
            var step = walk.Scheduler.Step(walk.State, halfOutput, half, new BankNoise(Noise(10)));
            var wide = walk.Scheduler.Step(walk.State, halfOutput.to(float32), half.to(float32), new BankNoise(Noise(10)));
            step.Sample.dtype.Should().Be(type);
            step.Sample.ShouldEqualBitForBit(wide.Sample.to(type), "the step, rounded once at its end");
        }
    }

    [Fact]
    public void A_noised_sample_is_what_the_model_was_trained_on()
    {
        using var scope = NewDisposeScope();
        var scheduler = Create();
        var (clean, noise) = (Noise(11)[0], Noise(12)[0]);
        foreach (var state in StepStarts(scheduler))
        {
            var timestep = (int)state.Timestep;
            var trained = scheduler.NoiseSchedule.AddNoise(clean, noise, [timestep, timestep]);
            if (state.Timestep == timestep)
            {
                scheduler.ScaleModelInput(state, scheduler.AddNoise(clean, noise, state)).ShouldMatch(trained, 2e-6, $"the input at {timestep}");
            }
        }
    }

    [Fact]
    public void The_right_prediction_gives_the_original_back()
    {
        using var scope = NewDisposeScope();
        var (clean, noise) = (Noise(13)[0].to(float64), Noise(14)[0].to(float64));
        foreach (var prediction in PredictionTypes)
        {
            var scheduler = Create(prediction);
            foreach (var state in StepStarts(scheduler))
            {
                var sample = scheduler.AddNoise(clean, noise, state);
                var scaled = scheduler.ScaleModelInput(state, sample);
                var alpha = ((scaled * clean).sum() - ((scaled * noise).sum() * (clean * noise).sum() / noise.square().sum()))
                    / (clean.square().sum() - ((clean * noise).sum().square() / noise.square().sum()));
                var output = prediction switch
                {
                    PredictionType.Epsilon => noise,
                    PredictionType.VPrediction => (alpha * noise) - ((1 - alpha.square()).sqrt() * clean),
                    _ => clean,
                };
                scheduler.PredictOriginal(state, output, sample).ShouldMatch(clean, 1e-6, $"{prediction} at {state.Timestep}");
            }
        }
    }

    [Fact]
    public void Wrong_numbers_and_foreign_states_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var scheduler = Create();
        var schedule = scheduler.CreateSchedule(Steps);
        var walk = new Walk(scheduler, Noise(15)).Go();
        Refused(() => scheduler.CreateSchedule(0), "0");
        Refused(() => scheduler.CreateSchedule(scheduler.TrainTimesteps + 1), $"{scheduler.TrainTimesteps + 1}");
        Refused(() => scheduler.Start(schedule, -1), "-1");
        Refused(() => scheduler.Start(schedule, schedule.Timesteps.Count), $"{schedule.Timesteps.Count}");
        Refused(() => scheduler.Start(schedule, 0, new StepOptions { Eta = 1.5 }), nameof(StepOptions.Eta));
        Refused(() => scheduler.Start(new SamplingSchedule { Timesteps = [1], Steps = 1 }), "schedule");
        foreach (var outside in (double[])[-1, scheduler.TrainTimesteps, double.NaN])
        {
            Refused(() => scheduler.Start(schedule with { Timesteps = [.. schedule.Timesteps.SkipLast(1), outside] }), FormattableString.Invariant($"timestep {outside}"));
        }

        Refused(() => schedule.IndexOf(0.5), "0.5");
        Refused(() => walk.Try(), "over");
        Refused(() => scheduler.Step(new ForeignState(schedule), walk.Sample, walk.Sample, new BankNoise(Noise(16))), nameof(ForeignState));
    }

    private static void Refused(Action act, string named) => act.Should().Throw<InvalidOptionException>().WithMessage($"*{named}*");

    private static void ShouldHaveGradients(params Tensor[] leaves)
    {
        foreach (var leaf in leaves)
        {
            var gradient = leaf.grad!.abs().sum().item<float>();
            float.IsFinite(gradient).Should().BeTrue();
            gradient.Should().BeGreaterThan(0);
            leaf.grad = zeros_like(leaf);
        }
    }

    private static IEnumerable<SchedulerState> StepStarts(DiffusionScheduler scheduler)
    {
        var schedule = scheduler.CreateSchedule(Steps);
        return Enumerable.Range(0, schedule.Timesteps.Count).Where(i => i % scheduler.EvaluationsPerStep == 0).Select(i => scheduler.Start(schedule, i));
    }

    private static Tensor Noise(ulong seed) => randn([40, .. Shape], float32, generator: new Generator(seed, CPU));

    private sealed record ForeignState(SamplingSchedule Schedule) : SchedulerState(Schedule, 0);

    /// <summary>A run of the contract's length with the stand-in model.</summary>
    private sealed class Walk(DiffusionScheduler scheduler, Tensor source)
    {
        private int draws;

        public DiffusionScheduler Scheduler => scheduler;

        public SchedulerState State { get; private set; } = scheduler.Start(scheduler.CreateSchedule(Steps), 0, new StepOptions { Eta = 0.5, Churn = 1 });

        public Tensor Sample { get; private set; } = source[0] * scheduler.CreateSchedule(Steps).InitNoiseSigma;

        public Tensor Model(SchedulerState state, Tensor sample) => StandInModel.Predict(scheduler.ScaleModelInput(state, sample), state.Timestep);

        public SchedulerStep Try(double shift = 0)
        {
            var output = StandInModel.Predict(scheduler.ScaleModelInput(State, Sample), State.Timestep, shift);
            return scheduler.Step(State, output, Sample, new BankNoise(source[draws..]));
        }

        public Walk Go(int evaluations = int.MaxValue)
        {
            for (; evaluations > 0 && !State.IsDone; evaluations--)
            {
                var output = Model(State, Sample);
                var noise = new BankNoise(source[draws..]);
                var step = scheduler.Step(State, output, Sample, noise);
                draws += noise.Draws;
                (Sample, State) = (step.Sample, step.State);
            }

            return this;
        }

        public Walk Copy() => new(scheduler, source) { draws = draws, State = State, Sample = Sample };
    }
}
