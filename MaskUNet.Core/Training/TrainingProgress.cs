namespace MaskUNet.Training;

/// <summary>Where a training stands after a step.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The loss of this step.</param>
/// <param name="LearningRate">The learning rate of this step.</param>
/// <param name="GradientNorm">The 2-norm of all gradients, before they were clipped.</param>
/// <param name="Elapsed">Time since this run began (it may have gone on from a checkpoint).</param>
/// <param name="Remaining">How long the rest will take at this run's pace.</param>
/// <param name="ExamplesPerSecond">This run's pace.</param>
public sealed record TrainingProgress(
    long Step, long Steps, double Loss, double LearningRate, double GradientNorm, TimeSpan Elapsed, TimeSpan Remaining, double ExamplesPerSecond)
{
    /// <summary>What the trainer noted besides, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
