using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Heun;

public class HeunDiscreteSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new HeunDiscreteScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    protected override int Evaluations(int steps) => (2 * steps) - 1;

    [Fact]
    public void A_run_begins_with_a_steps_first_evaluation()
    {
        var scheduler = Create(PredictionType.Epsilon, TimestepSpacing.Linspace);
        var start = () => scheduler.Start(scheduler.CreateSchedule(10), 3);
        start.Should().Throw<InvalidOptionException>().WithMessage("*3*even*");
        scheduler.EvaluationsPerStep.Should().Be(2);
    }
}
