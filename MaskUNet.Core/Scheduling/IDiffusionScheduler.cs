using MaskUNet.Latents;
using static TorchSharp.torch;

namespace MaskUNet.Scheduling;

/// <summary>
/// A sampler's update rule. Immutable and safe to share between threads: what changes during a run is the <see cref="SchedulerState"/>
/// that a step takes and returns.
/// </summary>
public interface IDiffusionScheduler
{
    /// <summary>The number of timesteps of the training schedule; 1000 for Stable Diffusion.</summary>
    int TrainTimesteps { get; }

    /// <summary>What the model predicts.</summary>
    PredictionType PredictionType { get; }

    /// <summary>The configuration that makes it again, under its own class's name; null (default) where no configuration can.</summary>
    SchedulerConfig? Config => null;

    /// <summary>
    /// How many entries of <see cref="SamplingSchedule.Timesteps"/> a step takes (diffusers' <c>order</c>): 2 for Heun's method, else 1.
    /// Skipping s steps means beginning at index s times this.
    /// </summary>
    int EvaluationsPerStep => 1;

    /// <summary>Chooses the timesteps of a run.</summary>
    /// <param name="steps">The number of steps, 1 to <see cref="TrainTimesteps"/>.</param>
    /// <exception cref="InvalidOptionException">The number is out of range.</exception>
    SamplingSchedule CreateSchedule(int steps);

    /// <summary>Begins a run.</summary>
    /// <param name="schedule">A schedule that this scheduler made.</param>
    /// <param name="beginIndex">The index of the first evaluation; above 0 for image to image.</param>
    /// <param name="options">Choices for the run's steps.</param>
    SchedulerState Start(SamplingSchedule schedule, int beginIndex = 0, StepOptions? options = null);

    /// <summary>Scales the sample as the model wants to see it at the state's noise level.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="sample">The sample, [B, C, H/8, W/8].</param>
    Tensor ScaleModelInput(SchedulerState state, Tensor sample);

    /// <summary>Makes one step. Differentiable in <paramref name="modelOutput"/> and <paramref name="sample"/>.</summary>
    /// <param name="state">Where the run stands; not changed.</param>
    /// <param name="modelOutput">The model's prediction at <see cref="SchedulerState.Timestep"/>, of the sample's shape.</param>
    /// <param name="sample">The sample before the step (unscaled).</param>
    /// <param name="noise">Where noise comes from, if the step needs any.</param>
    SchedulerStep Step(SchedulerState state, Tensor modelOutput, Tensor sample, INoiseSource noise);

    /// <summary>The estimate of the clean sample from a prediction at the state's noise level. Differentiable; draws no noise.</summary>
    /// <param name="state">Where the run stands; not changed.</param>
    /// <param name="modelOutput">The model's prediction.</param>
    /// <param name="sample">The sample (unscaled).</param>
    Tensor PredictOriginal(SchedulerState state, Tensor modelOutput, Tensor sample);

    /// <summary>Adds noise to clean samples, as image to image begins.</summary>
    /// <param name="original">Clean samples, [B, C, H/8, W/8].</param>
    /// <param name="noise">Standard normal noise of the same shape.</param>
    /// <param name="state">A state whose <see cref="SchedulerState.Timestep"/> is the noise level.</param>
    Tensor AddNoise(Tensor original, Tensor noise, SchedulerState state);
}
