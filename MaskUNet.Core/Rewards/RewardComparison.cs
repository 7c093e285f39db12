namespace MaskUNet.Rewards;

/// <summary>What the rewards say of a picture that was drawn with masks, and of the plain one with the same seed.</summary>
/// <param name="Guided">The rewards of the picture with masks.</param>
/// <param name="Plain">The rewards of the picture without.</param>
/// <param name="KeptPlain">True where the plain picture is the result, since the masks made it no better.</param>
public sealed record RewardComparison(RewardReport Guided, RewardReport Plain, bool KeptPlain)
{
    /// <summary>The rewards of the picture that is the result.</summary>
    public RewardReport Kept => KeptPlain ? Plain : Guided;
}
