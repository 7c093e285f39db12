using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Ddim;

public class DdimSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new DdimScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing, ClipSampleRange = null });

    // Pure noise says nothing about the sample, so that epsilon cannot be turned into one; the reference divides by zero.
    [Fact]
    public void Noise_prediction_cannot_begin_at_pure_noise()
    {
        var options = new DdimSchedulerOptions { RescaleBetasZeroSnr = true, TimestepSpacing = TimestepSpacing.Trailing };
        var scheduler = new DdimScheduler(options);
        var start = () => scheduler.Start(scheduler.CreateSchedule(10));
        start.Should().Throw<InvalidOptionException>().WithMessage("*zero terminal SNR*");
        scheduler = new(options with { TimestepSpacing = TimestepSpacing.Leading });
        scheduler.Start(scheduler.CreateSchedule(10)).Timestep.Should().Be(900);
        scheduler = new(options with { PredictionType = PredictionType.VPrediction });
        scheduler.Start(scheduler.CreateSchedule(10)).Timestep.Should().Be(999);
    }

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        var valid = new DdimSchedulerOptions();
        Refused(valid with { TrainTimesteps = 1 }, nameof(DdimSchedulerOptions.TrainTimesteps));
        Refused(valid with { BetaStart = 0 }, nameof(DdimSchedulerOptions.BetaStart));
        Refused(valid with { BetaEnd = double.NaN }, nameof(DdimSchedulerOptions.BetaEnd));
        Refused(valid with { StepsOffset = -1 }, nameof(DdimSchedulerOptions.StepsOffset));
        Refused(valid with { BetaSchedule = (BetaSchedule)99 }, "99");
        Refused(valid with { TrainedBetas = [0.1f] }, nameof(DdimSchedulerOptions.TrainedBetas));
        Refused(valid with { TrainedBetas = [0.1f, -1], TrainTimesteps = 2 }, nameof(DdimSchedulerOptions.TrainedBetas));
        Refused(valid with { ClipSampleRange = 0 }, nameof(DdimSchedulerOptions.ClipSampleRange));
        Refused(valid with { Thresholding = new() { Ratio = 2 } }, nameof(DynamicThresholding.Ratio));
        Refused(valid with { Thresholding = new() { SampleMaxValue = 0 } }, nameof(DynamicThresholding.SampleMaxValue));
    }

    private static void Refused(DdimSchedulerOptions options, string named)
    {
        var create = () => new DdimScheduler(options);
        create.Should().Throw<InvalidOptionException>().WithMessage($"*{named}*");
    }
}
