using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>
/// What a score costs, for those who minimise: how far it is below a margin. Without more words it is the score's negative, so that higher
/// is always better.
/// </summary>
/// <param name="Margin">The score that costs nothing; 0 by default, so that good scores cost less than nothing.</param>
/// <param name="IsHinge">True where scores beyond the margin cost nothing either: they are good enough. False by default.</param>
public readonly record struct RewardLoss(double Margin = 0, bool IsHinge = false)
{
    /// <summary>margin - score. The paper's code takes 1 - HPS.</summary>
    /// <param name="margin">The score that costs nothing.</param>
    public static RewardLoss Distance(double margin) => new(margin);

    /// <summary>max(0, margin - score). The paper's code takes max(0, 2 - ImageReward).</summary>
    /// <param name="margin">The score that is good enough.</param>
    public static RewardLoss Hinge(double margin) => new(margin, IsHinge: true);

    /// <summary>The losses of scores, differentiably.</summary>
    /// <param name="scores">[B].</param>
    /// <returns>[B], of the scores' type; the caller's.</returns>
    public Tensor Of(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        var distance = Margin - scores;
        return (IsHinge ? nn.functional.relu(distance) : distance).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of one score.</summary>
    /// <param name="score">The score.</param>
    public double Of(double score) => IsHinge ? Math.Max(0, Margin - score) : Margin - score;

    /// <summary>The loss as a formula.</summary>
    public override string ToString() =>
        FormattableString.Invariant(IsHinge ? $"max(0, {Margin} - score)" : (FormattableString)$"{Margin} - score");
}
