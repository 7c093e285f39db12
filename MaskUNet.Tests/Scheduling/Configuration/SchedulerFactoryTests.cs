using MaskUNet.Scheduling;

namespace MaskUNet.Tests.Scheduling.Configuration;

public class SchedulerFactoryTests
{
    public static IEnumerable<object[]> Kinds => Enum.GetValues<SchedulerKind>().Select(kind => new object[] { kind });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_configuration_gives_each_schedulers_defaults(SchedulerKind kind)
    {
        var scheduler = SchedulerFactory.Create(kind, SchedulerConfig.Empty);
        scheduler.GetType().Name.Should().Be($"{kind}Scheduler");
        scheduler.TrainTimesteps.Should().Be(SchedulerOptions.DefaultTrainTimesteps);
        scheduler.PredictionType.Should().Be(PredictionType.Epsilon);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_scheduler_holds_the_configuration_that_makes_it_again(SchedulerKind kind)
    {
        var overrides = SchedulerConfig.Parse("""{"prediction_type": "v_prediction", "timestep_spacing": "trailing"}""");
        var scheduler = SchedulerFactory.Create(kind, SchedulerConfig.Parse("""{"_class_name": "AnotherScheduler", "num_train_timesteps": 500}"""), overrides);
        var again = SchedulerFactory.Create(SchedulerConfig.Parse(scheduler.Config!.ToString()));
        again.GetType().Should().Be(scheduler.GetType());
        (again.TrainTimesteps, again.PredictionType).Should().Be((500, PredictionType.VPrediction));
        again.CreateSchedule(7).Timesteps.Should().Equal(scheduler.CreateSchedule(7).Timesteps);
    }

    [Theory]
    [InlineData("LMSDiscreteScheduler")]
    [InlineData(null)]
    public void A_scheduler_that_is_not_here_is_refused_with_those_that_are(string? className)
    {
        var json = className is null ? "{}" : $$"""{"_class_name": "{{className}}"}""";
        var create = () => SchedulerFactory.Create(SchedulerConfig.Parse(json));
        create.Should().Throw<InvalidOptionException>()
            .WithMessage($"*{className ?? "(none)"}*DDIMScheduler*")
            .WithMessage("*DPMSolverMultistepScheduler*").WithMessage($"*{nameof(SchedulerKind)}.{nameof(SchedulerKind.Lcm)}*");
    }

    [Fact]
    public void A_number_that_is_no_kind_is_refused()
    {
        var create = () => SchedulerFactory.Create((SchedulerKind)77, SchedulerConfig.Empty);
        create.Should().Throw<InvalidOptionException>().WithMessage("*77*");
    }
}
