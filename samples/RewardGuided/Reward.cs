using MaskUNet.Rewards;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>The rewards that come with TinyShapes.</summary>
internal enum Reward
{
    Clip,
    Hps,
    ImageReward,
}

/// <summary>How they are loaded.</summary>
internal static class RewardLoading
{
    public static IRewardModel Load(this Reward reward) => reward switch
    {
        Reward.Hps => TinyShapes.LoadHps(),
        Reward.ImageReward => TinyShapes.LoadImageReward(),
        _ => TinyShapes.LoadClipScore(),
    };
}
