using System.CommandLine;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;

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
    private const double HpsWeight = 5; // the paper's, beside an ImageReward

    public static void AddRewards(this MaskUNetBuilder builder, ParseResult options)
    {
        var rewards = Load(options);
        foreach (var reward in rewards)
        {
            builder.AddReward(reward, reward is HpsV2 && rewards.Any(other => other is ImageReward) ? HpsWeight : 1);
        }
    }

    private static List<IRewardModel> Load(ParseResult options)
    {
        var (imageReward, hps) = (options.GetValue(Options.ImageReward), options.GetValue(Options.Hps));
        if (imageReward is null && hps is null)
        {
            return options.GetValue(Options.Model) is null
                ? [.. options.GetValue(Options.Rewards)!.Distinct().Select(Small)]
                : throw new InvalidOptionException("Nothing guides: with --model give --image-reward PATH, --hps PATH or both; the small rewards know the captions of TinyShapes only.");
        }

        var rewards = new List<IRewardModel>();
        if (imageReward is not null)
        {
            rewards.Add(ImageReward.Load(imageReward));
        }

        if (hps is not null)
        {
            rewards.Add(HpsV2.Load(hps));
        }

        return rewards;
    }

    private static IRewardModel Small(Reward reward) => reward switch
    {
        Reward.Hps => TinyShapes.LoadHps(),
        Reward.ImageReward => TinyShapes.LoadImageReward(),
        _ => TinyShapes.LoadClipScore(),
    };
}
