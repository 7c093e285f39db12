using MaskUNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Evaluation;

/// <summary>How often a reward prefers what somebody else prefers.</summary>
public static class RankingAgreement
{
    private const int AtOnce = 50;

    /// <summary>The share of comparisons in which a reward scores the better picture higher; a tie counts half. Guessing gives 0.5.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="comparisons">At least one comparison.</param>
    /// <exception cref="InvalidOptionException">There is no comparison.</exception>
    public static double Of(IRewardModel reward, IEnumerable<PictureComparison> comparisons)
    {
        ArgumentNullException.ThrowIfNull(reward);
        ArgumentNullException.ThrowIfNull(comparisons);
        using var quiet = no_grad();
        var (right, count) = (0.0, 0);
        foreach (var some in comparisons.Chunk(AtOnce))
        {
            using var scope = NewDisposeScope();
            string[] prompts = [.. some.Select(one => one.Prompt)];
            var margins = reward.Score([.. some.Select(one => one.Better)], prompts) - reward.Score([.. some.Select(one => one.Worse)], prompts);
            right += (margins.sign() + 1).sum().item<float>() / 2;
            count += some.Length;
        }

        return count > 0 ? right / count : throw new InvalidOptionException("There is no comparison to agree with: give at least one.");
    }
}
