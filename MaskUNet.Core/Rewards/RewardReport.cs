using static System.FormattableString;

namespace MaskUNet.Rewards;

/// <summary>What all rewards of a <see cref="RewardSum"/> say of one picture.</summary>
/// <param name="Values">A value a reward, in the order of the sum.</param>
public sealed record RewardReport(IReadOnlyList<RewardValue> Values)
{
    /// <summary>The weighted sum of the scores; higher is better.</summary>
    public double Reward => Values.Sum(value => value.Weight * value.Score);

    /// <summary>The weighted sum of the losses (paper, Eq. 10), which is what is optimised; lower is better.</summary>
    public double Loss => Values.Sum(value => value.Weight * value.Loss);

    /// <summary>The scores by name, and the loss.</summary>
    public override string ToString() =>
        string.Join(", ", Values.Select(value => Invariant($"{value.Name} {value.Score:0.####}"))) + Invariant($" (loss {Loss:0.####})");

    /// <summary>Whether this picture is better than another: it costs less, or the same with better scores.</summary>
    internal bool IsBetterThan(RewardReport other) => (Loss, -Reward).CompareTo((other.Loss, -other.Reward)) < 0;
}
