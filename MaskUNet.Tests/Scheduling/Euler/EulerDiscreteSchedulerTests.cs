using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Euler;

public class EulerDiscreteSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new EulerDiscreteScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    [Theory]
    [InlineData(SigmaSpacing.Karras)]
    [InlineData(SigmaSpacing.Exponential)]
    [InlineData(SigmaSpacing.Beta)]
    public void Levels_descend_between_the_ends_that_were_asked_for(SigmaSpacing spacing)
    {
        var schedule = new EulerDiscreteScheduler(new() { SigmaSpacing = spacing, SigmaMin = 0.1, SigmaMax = 10 }).CreateSchedule(12);
        schedule.Sigmas.Should().HaveCount(13).And.BeInDescendingOrder().And.OnlyHaveUniqueItems();
        schedule.Sigmas[0].Should().BeApproximately(10, 1e-5f);
        schedule.Sigmas[11].Should().BeApproximately(0.1f, 1e-6f);
        schedule.Sigmas[12].Should().Be(0);
        schedule.Timesteps.Should().BeInDescendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Continuous_timesteps_tell_the_level()
    {
        var scheduler = new EulerDiscreteScheduler(new() { TimestepType = TimestepType.Continuous, PredictionType = PredictionType.VPrediction });
        var schedule = scheduler.CreateSchedule(5);
        schedule.Timesteps.Should().Equal(schedule.Sigmas.Take(5), (timestep, sigma) => Math.Abs(timestep - (Math.Log(sigma) / 4)) < 1e-6);
        var custom = () => scheduler.CreateSchedule([900.0, 100.0]);
        custom.Should().Throw<InvalidOptionException>().WithMessage($"*{TimestepType.Continuous}*");
    }

    [Fact]
    public void Levels_of_the_callers_choice_must_descend()
    {
        var scheduler = new EulerDiscreteScheduler();
        foreach (var sigmas in (double[][])[[], [1], [1, 1], [1, 2], [1, -1], [double.NaN, 0]])
        {
            var create = () => scheduler.CreateScheduleFromSigmas(sigmas);
            create.Should().Throw<InvalidOptionException>();
        }
    }
}
