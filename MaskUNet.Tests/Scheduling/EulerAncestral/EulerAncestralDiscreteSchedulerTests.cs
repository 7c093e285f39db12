using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.EulerAncestral;

public class EulerAncestralDiscreteSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new EulerAncestralDiscreteScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing });

    protected override IReadOnlyList<PredictionType> PredictionTypes => [PredictionType.Epsilon, PredictionType.VPrediction];
}
