using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Ddpm;

public class DdpmSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new DdpmScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing, ClipSampleRange = null });
}
