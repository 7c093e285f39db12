using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Where a UniPC run stands.</summary>
/// <param name="History">The converted model outputs of the latest evaluations, newest first, at most as many as the solver's order.</param>
/// <param name="LastSample">The corrected sample that the last step began at, or null at the run's beginning.</param>
/// <param name="LastOrder">The last step's order.</param>
internal sealed record UniPCState(
    SamplingSchedule Schedule, int Index, IReadOnlyList<Tensor> History, Tensor? LastSample = null, int LastOrder = 0)
    : SchedulerState(Schedule, Index)
{
    public override IEnumerable<Tensor> Tensors => LastSample is null ? History : [.. History, LastSample];
}
