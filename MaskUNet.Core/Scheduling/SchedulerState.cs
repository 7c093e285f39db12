using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// Where a run stands: a value that a step takes and a new one that it returns. Trying a step twice from the same state gives the same
/// result twice. Each scheduler derives its own, with the history that it needs.
/// </summary>
/// <param name="Schedule">The run's timesteps.</param>
/// <param name="Index">The index in <see cref="SamplingSchedule.Timesteps"/> of the evaluation that comes next.</param>
public abstract record SchedulerState(SamplingSchedule Schedule, int Index)
{
    /// <summary>The timestep of the evaluation that comes next.</summary>
    public double Timestep => Schedule.Timesteps[Index];

    /// <summary>True when no evaluation is left.</summary>
    public bool IsDone => Index >= Schedule.Timesteps.Count;

    /// <summary>The history's tensors, for moving them between dispose scopes. They are never written after they were made.</summary>
    public virtual IEnumerable<Tensor> Tensors => [];
}
