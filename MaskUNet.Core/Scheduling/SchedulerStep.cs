using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// What a step gives. The tensors lie in the caller's dispose scope; <see cref="State"/> may share tensors with the state before.
/// </summary>
/// <param name="Sample">The sample after the step, [B, C, H/8, W/8].</param>
/// <param name="PredictedOriginal">The scheduler's estimate of the clean sample, or null where it makes none.</param>
/// <param name="State">Where the run stands now.</param>
public sealed record SchedulerStep(Tensor Sample, Tensor? PredictedOriginal, SchedulerState State);
