using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.Pndm;

public class PndmSchedulerTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new PndmScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing, SkipPrkSteps = true });

    protected override IReadOnlyList<PredictionType> PredictionTypes => [PredictionType.Epsilon, PredictionType.VPrediction];

    protected override int Evaluations(int steps) => steps == 1 ? 1 : steps + 1;
}
