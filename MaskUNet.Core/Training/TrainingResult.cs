namespace MaskUNet.Training;

/// <summary>What a training came to. The weights are in the model.</summary>
/// <param name="Steps">Steps in all, those of earlier runs included.</param>
/// <param name="ResumedFrom">Steps that were done before this run; 0 if it began anew.</param>
/// <param name="Loss">The mean loss of this run's last steps, at most 100; NaN if nothing was left to do.</param>
/// <param name="Elapsed">How long this run took.</param>
public sealed record TrainingResult(long Steps, long ResumedFrom, double Loss, TimeSpan Elapsed);
