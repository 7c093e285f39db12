using MaskUNet.Rewards;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The prediction that a step goes on with: of each picture the best that was evaluated, or simply the latest.</summary>
/// <param name="keepBest">True for the best.</param>
internal sealed class StepCandidates(bool keepBest) : IDisposable
{
    private Tensor? prediction;
    private RewardReport[] reports = [];

    /// <summary>Considers an evaluation.</summary>
    /// <param name="candidate">[B, C, h, w]; it stays the caller's.</param>
    /// <param name="rewards">What the rewards say of each picture.</param>
    public void Add(Tensor candidate, IReadOnlyList<RewardReport> rewards)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        bool[] takes = [.. rewards.Select((report, i) => !keepBest || prediction is null || report.IsBetterThan(reports[i]))];
        var chosen = prediction is null ? candidate.detach().clone() : where(tensor(takes, device: candidate.device).view(-1, 1, 1, 1), candidate.detach(), prediction);
        prediction?.Dispose();
        prediction = chosen.DetachFromDisposeScope();
        reports = [.. rewards.Select((report, i) => takes[i] ? report : reports[i])];
    }

    /// <summary>Whether every picture has this weighted sum of rewards.</summary>
    public bool Reach(double? target) => prediction is not null && Array.TrueForAll(reports, report => report.Reward >= target);

    /// <summary>The prediction, in the caller's dispose scope.</summary>
    public Tensor Take() => prediction!.clone();

    public void Dispose() => prediction?.Dispose();
}
