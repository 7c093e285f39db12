using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;
using MaskUNet.Tests.Scheduling.Recorded;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.UniPC;

public class UniPCMultistepSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new UniPCMultistepScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing, SolverOrder = 3 });

    // The reference multiplies infinity by zero in the last step of bh1, and takes a second-order step to no noise without lower_order_final.
    [Theory]
    [InlineData(UniPCSolverType.Bh1, true)]
    [InlineData(UniPCSolverType.Bh1, false)]
    [InlineData(UniPCSolverType.Bh2, false)]
    public void The_step_to_no_noise_is_finite(UniPCSolverType type, bool lowerOrderFinal)
    {
        using var scope = NewDisposeScope();
        var scheduler = new UniPCMultistepScheduler(new() { SolverType = type, LowerOrderFinal = lowerOrderFinal });
        var (state, sample) = (scheduler.Start(scheduler.CreateSchedule(5)), ones(1, 4, 2, 2));
        while (!state.IsDone)
        {
            var step = scheduler.Step(state, StandInModel.Predict(sample, state.Timestep), sample, new BankNoise(sample));
            (state, sample) = (step.State, step.Sample);
        }

        sample.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Contradictions_are_refused_by_name()
    {
        var valid = new UniPCMultistepSchedulerOptions();
        Refused(valid with { SolverOrder = 0 }, nameof(valid.SolverOrder));
        Refused(valid with { PredictX0 = false }, nameof(valid.FinalSigmasType));
        Refused(valid with { SigmaSpacing = SigmaSpacing.Lu }, nameof(valid.SigmaSpacing));
        var read = () => UniPCMultistepSchedulerOptions.From(SchedulerConfig.Parse("""{"solver_p": {"_class_name": "DDIMScheduler"}}"""));
        read.Should().Throw<InvalidOptionException>().WithMessage("*solver_p*");
    }

    private static void Refused(UniPCMultistepSchedulerOptions options, string named)
    {
        var create = () => new UniPCMultistepScheduler(options);
        create.Should().Throw<InvalidOptionException>().WithMessage($"*{named}*");
    }
}
