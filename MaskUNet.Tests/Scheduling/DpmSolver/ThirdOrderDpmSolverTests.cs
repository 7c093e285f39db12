using MaskUNet.Scheduling;
using MaskUNet.Tests.Scheduling.Contracts;

namespace MaskUNet.Tests.Scheduling.DpmSolver;

public class ThirdOrderDpmSolverTests : SchedulerContract
{
    protected override DiffusionScheduler Create(PredictionType prediction, TimestepSpacing spacing) =>
        new DpmSolverMultistepScheduler(new()
        {
            PredictionType = prediction,
            TimestepSpacing = spacing,
            SolverOrder = 3,
            AlgorithmType = DpmSolverAlgorithm.DpmSolver,
            FinalSigmasType = FinalSigmasType.SigmaMin,
        });
}
