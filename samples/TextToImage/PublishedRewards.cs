using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;

namespace MaskUNet.Samples.TextToImage;

/// <summary>The paper's two rewards, from the files that the command line names.</summary>
internal static class PublishedRewards
{
    /// <summary>The paper's weight of the HPS beside an ImageReward.</summary>
    public const double HpsWeight = 5;

    public static IReadOnlyList<IRewardModel> Load(string? imageReward, string? hps)
    {
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
}
