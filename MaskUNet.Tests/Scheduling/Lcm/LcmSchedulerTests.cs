using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Lcm;

public class LcmSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new LcmScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    protected override int MaxSteps => LcmSchedulerOptions.DefaultOriginalInferenceSteps;

    [Fact]
    public void Steps_come_from_those_of_the_distillation()
    {
        var scheduler = new LcmScheduler();
        scheduler.CreateSchedule(4).Timesteps.Should().Equal(999, 759, 499, 259);
        var create = () => scheduler.CreateSchedule(4, 50, strength: 0);
        create.Should().Throw<InvalidOptionException>().WithMessage("*strength*");
        create = () => scheduler.CreateSchedule(4, 0);
        create.Should().Throw<InvalidOptionException>().WithMessage("*0*");
    }
}
