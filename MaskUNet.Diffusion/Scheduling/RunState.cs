namespace MaskUNet.Scheduling;

/// <summary>The state of a run whose steps need no history.</summary>
internal sealed record RunState(SamplingSchedule Schedule, int Index, StepOptions Options) : SchedulerState(Schedule, Index);
