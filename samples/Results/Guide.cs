using MaskUNet.Masking;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Clip;
using MaskUNet.Samples.TextToImage;

namespace MaskUNet.Samples.Results;

/// <summary>One or more rewards that guide masks, and choose among candidates.</summary>
internal sealed class Guide
{
    /// <summary>Creates it.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="rewards">Their places among all rewards, with their weights.</param>
    /// <param name="version">Tells it from guides of the name with other weights.</param>
    public Guide(string name, IReadOnlyList<(int Index, WeightedReward Reward)> rewards, string version)
    {
        (Name, Rewards) = (name, rewards);
        // The plain picture is not drawn with them: it has a row of its own.
        var masks = new RewardGuidedMasks(new RewardSum([.. rewards.Select(one => one.Reward)]), TinyShapes.Guidance with { Plain = PlainComparison.None });
        Kind = new($"guided by {name}", (_, _) => masks, ContentHash.Of(version, masks.Describe().ToJsonString()));
    }

    /// <summary>What tables call it.</summary>
    public string Name { get; }

    /// <summary>The rewards' places among all, with their weights.</summary>
    public IReadOnlyList<(int Index, WeightedReward Reward)> Rewards { get; }

    /// <summary>Drawing with masks that it guides.</summary>
    public Kind Kind { get; }

    /// <summary>Each reward alone, and all of them together.</summary>
    /// <param name="rewards">The rewards.</param>
    /// <param name="version">Tells their weights from others.</param>
    public static IReadOnlyList<Guide> Of(IReadOnlyList<IRewardModel> rewards, string version)
    {
        List<(int Index, WeightedReward Reward)> all = [.. rewards.Select((reward, i) => (i, new WeightedReward(reward)))];
        var guides = all.Select(one => new Guide(one.Reward.Model.Name, [one], version)).ToList();
        if (all.Count > 1)
        {
            guides.Add(new Guide("both", [.. all.Select(one => one.Reward.Model is HpsV2 ? (one.Index, one.Reward with { Weight = PublishedRewards.HpsWeight }) : one)], version));
        }

        return guides;
    }

    /// <summary>The candidate that it likes best.</summary>
    public PictureFigures Best(IEnumerable<PictureFigures> candidates) => candidates.MinBy(candidate => (Loss(candidate), -Reward(candidate)))!;

    public double Reward(PictureFigures picture) => Rewards.Sum(one => one.Reward.Weight * picture.Rewards[one.Index]);

    private double Loss(PictureFigures picture) => Rewards.Sum(one => one.Reward.Weight * one.Reward.Model.Loss.Of(picture.Rewards[one.Index]));
}
