namespace MaskUNet.Rewards;

/// <summary>What one reward says of one picture.</summary>
/// <param name="Name">The reward's name.</param>
/// <param name="Weight">Its weight in the sum.</param>
/// <param name="Score">Its score; higher is better.</param>
/// <param name="Loss">What the score costs, before the weight.</param>
public sealed record RewardValue(string Name, double Weight, double Score, double Loss);
