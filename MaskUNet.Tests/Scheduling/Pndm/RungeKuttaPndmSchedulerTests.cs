using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;
using MaskUNet.Tests.Scheduling.Recorded;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.Pndm;

public class RungeKuttaPndmSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new PndmScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    protected override IReadOnlyList<PredictionType> PredictionTypes => [PredictionType.Epsilon, PredictionType.VPrediction];

    protected override int MinSteps => 4;

    protected override int Evaluations(int steps) => steps + 9;

    [Fact]
    public void A_run_cannot_begin_within_a_Runge_Kutta_step()
    {
        using var scope = NewDisposeScope();
        var scheduler = Create(PredictionType.Epsilon, TimestepSpacing.Leading);
        var (schedule, sample) = (scheduler.CreateSchedule(10), ones(1, 4, 2, 2));
        var step = (int index) => scheduler.Step(scheduler.Start(schedule, index), sample, sample, new BankNoise(sample)).Sample;
        step.Invoking(begin => begin(5)).Should().Throw<InvalidOptionException>().WithMessage("*5*multiple of 4*");
        foreach (var index in (int[])[4, 8, 12, 15])
        {
            step(index).isfinite().all().item<bool>().Should().BeTrue();
        }
    }

    [Fact]
    public void Three_Runge_Kutta_steps_need_four_steps()
    {
        var create = () => Create(PredictionType.Epsilon, TimestepSpacing.Leading).CreateSchedule(3);
        create.Should().Throw<InvalidOptionException>().WithMessage("*3*");
    }
}
