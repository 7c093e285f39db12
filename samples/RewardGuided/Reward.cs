using System.CommandLine;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Samples.TextToImage;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>The rewards that come with TinyShapes.</summary>
internal enum Reward
{
    Clip,
    Hps,
    ImageReward,
}

/// <summary>What guides: the published files that the command line names, or else small rewards of TinyShapes.</summary>
internal static class RewardLoading
{
    public static void AddRewards(this MaskUNetBuilder builder, ParseResult options)
    {
        var rewards = Load(options);
        foreach (var reward in rewards)
        {
            builder.AddReward(reward, reward is HpsV2 && rewards.Any(other => other is ImageReward) ? PublishedRewards.HpsWeight : 1);
        }
    }

    private static IReadOnlyList<IRewardModel> Load(ParseResult options)
    {
        var published = PublishedRewards.Load(options.GetValue(Options.ImageReward), options.GetValue(Options.Hps));
        return (published.Count, options.GetValue(Options.Model)) switch
        {
            (0, null) => [.. options.GetValue(Options.Rewards)!.Distinct().Select(Small)],
            (0, _) => throw new InvalidOptionException("Nothing guides: with --model give --image-reward PATH, --hps PATH or both; the small rewards know the captions of TinyShapes only."),
            _ => published,
        };
    }

    private static IRewardModel Small(Reward reward) => reward switch
    {
        Reward.Hps => TinyShapes.LoadHps(),
        Reward.ImageReward => TinyShapes.LoadImageReward(),
        _ => TinyShapes.LoadClipScore(),
    };
}
