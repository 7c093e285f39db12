using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Where a multistep run stands.</summary>
/// <param name="Schedule">The run's timesteps.</param>
/// <param name="Index">The index of the evaluation that comes next.</param>
/// <param name="History">The converted model outputs of the latest evaluations, newest first, at most as many as the solver's order.</param>
internal sealed record DpmSolverState(SamplingSchedule Schedule, int Index, IReadOnlyList<Tensor> History) : SchedulerState(Schedule, Index)
{
    public override IEnumerable<Tensor> Tensors => History;
}
