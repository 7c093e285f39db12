using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>Where a PNDM run stands.</summary>
/// <param name="Counter">How many evaluations the run has made.</param>
/// <param name="Outputs">The model outputs that multistep updates use, newest first, at most four.</param>
/// <param name="Origin">The sample that the Runge-Kutta step, or the repeated first step, began at.</param>
/// <param name="Sum">The weighted outputs of the Runge-Kutta step so far.</param>
internal sealed record PndmState(
    SamplingSchedule Schedule, int Index, int Counter, IReadOnlyList<Tensor> Outputs, Tensor? Origin = null, Tensor? Sum = null)
    : SchedulerState(Schedule, Index)
{
    public override IEnumerable<Tensor> Tensors => ((Tensor?[])[.. Outputs, Origin, Sum]).OfType<Tensor>();

    public PndmState Next => this with { Index = Index + 1, Counter = Counter + 1 };
}
