using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;
using MaskUNet.Tests.Scheduling.Recorded;
using MaskUNet.Tests.TestSupport;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Scheduling.DpmSolver;

public class DpmSolverMultistepSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new DpmSolverMultistepScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    private static readonly DpmSolverMultistepSchedulerOptions StableDiffusion = new()
    {
        BetaStart = SchedulerOptions.StableDiffusionBetaStart,
        BetaEnd = SchedulerOptions.StableDiffusionBetaEnd,
        BetaSchedule = BetaSchedule.ScaledLinear,
    };

    // The timesteps and levels of the released training-free code.
    [Fact]
    public void Fifteen_steps_of_Stable_Diffusion_have_the_published_timesteps_and_levels()
    {
        var schedule = new DpmSolverMultistepScheduler(StableDiffusion).CreateSchedule(15);
        schedule.Timesteps.Should().Equal(999, 932, 866, 799, 733, 666, 599, 533, 466, 400, 333, 266, 200, 133, 67);
        double[] sigmas = [14.61, 9.917, 7.009, 5.088, 3.816, 2.918, 2.277, 1.809, 1.446, 1.164, 0.932, 0.738, 0.572, 0.418, 0.268, 0];
        schedule.Sigmas.Should().Equal(sigmas, (ours, published) => Math.Abs(ours - published) < 0.006);
    }

    [Theory]
    [InlineData(TimestepSpacing.Linspace)]
    [InlineData(TimestepSpacing.Leading)]
    [InlineData(TimestepSpacing.Trailing)]
    public void Clipping_every_timestep_is_refused(TimestepSpacing spacing)
    {
        var scheduler = new DpmSolverMultistepScheduler(StableDiffusion with { LambdaMinClipped = 100, TimestepSpacing = spacing });
        var schedule = () => scheduler.CreateSchedule(5);
        schedule.Should().Throw<InvalidOptionException>().WithMessage("*lambda_min_clipped*");
    }

    [Fact]
    public void A_schedule_outside_of_the_training_schedule_is_refused()
    {
        var scheduler = new DpmSolverMultistepScheduler(StableDiffusion);
        var schedule = scheduler.CreateSchedule(2);

        Refused(schedule with { Timesteps = [999, -1] }).WithMessage("*timestep -1*");
        Refused(schedule with { Timesteps = [1000, 10] }).WithMessage("*timestep 1000*");
        Refused(schedule with { Timesteps = [double.NaN, 10] }).WithMessage("*timestep NaN*");
        Refused(schedule with { Sigmas = [1, -2, 0] }).WithMessage("*noise level -2*");
        Refused(schedule with { Sigmas = [float.NaN, 1, 0] }).WithMessage("*noise level NaN*");

        FluentAssertions.Specialized.ExceptionAssertions<InvalidOptionException> Refused(SamplingSchedule refused) =>
            FluentActions.Invoking(() => scheduler.Start(refused)).Should().Throw<InvalidOptionException>();
    }

    [Fact]
    public void The_first_order_is_Ddim()
    {
        using var scope = NewDisposeScope();
        int[] timesteps = [900, 700, 500, 300, 100]; // 200 apart, as both go from one to the next
        var dpm = new DpmSolverMultistepScheduler(StableDiffusion with { SolverOrder = 1 });
        var ddim = new DdimScheduler(new()
        {
            BetaStart = StableDiffusion.BetaStart,
            BetaEnd = StableDiffusion.BetaEnd,
            BetaSchedule = StableDiffusion.BetaSchedule,
            ClipSampleRange = null,
            StepsOffset = 100,
        });
        var (a, b) = (dpm.Start(dpm.CreateSchedule(timesteps)), ddim.Start(ddim.CreateSchedule(timesteps.Length)));
        var start = randn([1, 4, 4, 4], float64, generator: new TorchSharp.torch.Generator(1, CPU));
        var (x, y) = (start, start);
        while (!a.IsDone)
        {
            b.Timestep.Should().Be(a.Timestep);
            var (dpmStep, ddimStep) = (
                dpm.Step(a, StandInModel.Predict(x, a.Timestep), x, new BankNoise(start)),
                ddim.Step(b, StandInModel.Predict(y, b.Timestep), y, new BankNoise(start)));
            (a, x, b, y) = (dpmStep.State, dpmStep.Sample, ddimStep.State, ddimStep.Sample);
        }

        x.ShouldMatch(y, 3e-7, "the two"); // the tables of sigmas and of alphas are rounded apart
    }

    [Fact]
    public void A_list_of_timesteps_must_descend_within_the_training_schedule()
    {
        var scheduler = new DpmSolverMultistepScheduler();
        foreach (var timesteps in (int[][])[[], [500, 500], [1000, 10], [3, -1]])
        {
            var create = () => scheduler.CreateSchedule(timesteps);
            create.Should().Throw<InvalidOptionException>();
        }
    }

    [Fact]
    public void Leading_spacing_has_room_for_fewer_steps_than_timesteps()
    {
        var scheduler = new DpmSolverMultistepScheduler(StableDiffusion with { TimestepSpacing = TimestepSpacing.Leading });
        var create = () => scheduler.CreateSchedule(1000);
        create.Should().Throw<InvalidOptionException>().WithMessage("*1000*");
        scheduler.CreateSchedule(999).Timesteps.Should().HaveCount(999).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("learned")]
    [InlineData("learned_range")]
    public void Models_that_predict_a_variance_are_refused(string variance)
    {
        var read = () => DpmSolverMultistepSchedulerOptions.From(SchedulerConfig.Parse($$"""{"variance_type": "{{variance}}"}"""));
        read.Should().Throw<InvalidOptionException>().WithMessage($"*{variance}*");
    }
}
