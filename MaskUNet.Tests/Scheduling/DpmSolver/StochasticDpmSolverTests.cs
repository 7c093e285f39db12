using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.DpmSolver;

public class StochasticDpmSolverTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new DpmSolverMultistepScheduler(new() { PredictionType = prediction, TimestepSpacing = spacing, AlgorithmType = DpmSolverAlgorithm.SdeDpmSolverPlusPlus });
}
