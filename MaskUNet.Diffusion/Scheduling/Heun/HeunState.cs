using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Where a Heun run stands.</summary>
/// <param name="Origin">The sample that the step began at; null before a step's first evaluation.</param>
/// <param name="Slope">The slope there.</param>
internal sealed record HeunState(SamplingSchedule Schedule, int Index, Tensor? Origin = null, Tensor? Slope = null)
    : SchedulerState(Schedule, Index)
{
    public override IEnumerable<Tensor> Tensors => Origin is null || Slope is null ? [] : [Origin, Slope];
}
