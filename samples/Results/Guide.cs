using MaskUNet.Masking;
using MaskUNet.Rewards;

namespace MaskUNet.Samples.Results;

/// <summary>One or more rewards that guide masks, and choose among candidates.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Rewards">Their places among all rewards, with their weights.</param>
internal sealed record Guide(string Name, IReadOnlyList<(int Index, WeightedReward Reward)> Rewards)
{
    // The paper's, beside an ImageReward.
    private const double HpsWeight = 5;

    /// <summary>What the drawings of its masks are called.</summary>
    public string Kind => $"guided by {Name}";

    /// <summary>Each reward alone, and all of them together.</summary>
    public static IReadOnlyList<Guide> Of(IReadOnlyList<IRewardModel> rewards)
    {
        List<(int Index, WeightedReward Reward)> all = [.. rewards.Select((reward, i) => (i, new WeightedReward(reward)))];
        var guides = all.Select(one => new Guide(one.Reward.Model.Name, [one])).ToList();
        if (all.Count > 1)
        {
            guides.Add(new Guide("both", [.. all.Select(one => one.Reward.Model is MaskUNet.Rewards.Clip.HpsV2 ? (one.Index, one.Reward with { Weight = HpsWeight }) : one)]));
        }

        return guides;
    }

    /// <summary>Masks that it guides. The plain picture is not drawn with them: it has a row of its own.</summary>
    public RewardGuidedMasks Masks() => new(new RewardSum([.. Rewards.Select(one => one.Reward)]), TinyShapes.Guidance with { Plain = PlainComparison.None });

    /// <summary>The candidate that it likes best.</summary>
    public PictureFigures Best(IEnumerable<PictureFigures> candidates) => candidates.MinBy(candidate => (Loss(candidate), -Reward(candidate)))!;

    public double Reward(PictureFigures picture) => Rewards.Sum(one => one.Reward.Weight * picture.Rewards[one.Index]);

    /// <summary>What scoring the pictures of a drawing took.</summary>
    public double Seconds(Drawing drawing) => Rewards.Sum(one => drawing.RewardSeconds[one.Index]);

    private double Loss(PictureFigures picture) => Rewards.Sum(one => one.Reward.Weight * one.Reward.Model.Loss.Of(picture.Rewards[one.Index]));
}
