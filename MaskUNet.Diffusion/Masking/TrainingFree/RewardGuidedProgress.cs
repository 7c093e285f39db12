using MaskUNet.Rewards;

namespace MaskUNet.Masking;

/// <summary>What an evaluation of a reward-guided run found.</summary>
/// <param name="Step">The denoising step, from 1.</param>
/// <param name="Steps">Of how many.</param>
/// <param name="Iteration">The iteration of the step, from 1.</param>
/// <param name="Iterations">Of how many at most.</param>
/// <param name="IsUpdated">
/// False for the evaluations that the masks are optimised by; true for the one after a step's last update (<see cref="RewardGuidedMode.Corrected"/>).
/// </param>
/// <param name="Prompts">The prompts, one a picture.</param>
/// <param name="Rewards">What the rewards say of each picture as it would be if all noise were removed now.</param>
/// <param name="Elapsed">Since the run's first step.</param>
public sealed record RewardGuidedProgress(
    int Step,
    int Steps,
    int Iteration,
    int Iterations,
    bool IsUpdated,
    IReadOnlyList<string> Prompts,
    IReadOnlyList<RewardReport> Rewards,
    TimeSpan Elapsed)
{
    /// <summary>The mean loss of the pictures, which is what is optimised.</summary>
    public double Loss => Rewards.Average(report => report.Loss);
}
