namespace MaskUNet.Rewards;

/// <summary>A reward's part in a <see cref="RewardSum"/> (paper, Eq. 10: omega and Psi).</summary>
/// <param name="Model">The reward.</param>
/// <param name="Weight">What its loss is multiplied by, above 0; 1 by default.</param>
/// <param name="Loss">What a score costs; null (default) for the reward's own <see cref="IRewardModel.Loss"/>.</param>
public sealed record WeightedReward(IRewardModel Model, double Weight = 1, RewardLoss? Loss = null)
{
    internal RewardLoss UsedLoss => Loss ?? Model.Loss;
}
