using MaskUNet.Images;
using MaskUNet.Rewards;
using MaskUNet.Samples.TextToImage;
using MaskUNet.Shapes.Scenes;

namespace MaskUNet.Samples.RewardGuided;

/// <summary>A prompt drawn plainly and with masks, from the same noise.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Seed">The noise's seed.</param>
/// <param name="Plain">The plain picture.</param>
/// <param name="Guided">The picture with masks.</param>
/// <param name="Rewards">What the reward says of both.</param>
/// <param name="Seconds">What the picture with masks took.</param>
internal sealed record Pair(string Prompt, long Seed, RgbImage Plain, RgbImage Guided, RewardComparison Rewards, double Seconds)
{
    private readonly Oracle oracle = new(Prompt);

    /// <summary>Whether the oracle knows such prompts and pictures.</summary>
    public bool IsJudged => oracle.Understands && Plain.Width == Scene.Size;

    /// <summary>The oracle's verdict on the plain picture, or nothing.</summary>
    public string PlainVerdict => IsJudged ? oracle.Verdict(Plain) : "";

    /// <summary>The oracle's verdict on the picture with masks, or nothing.</summary>
    public string GuidedVerdict => IsJudged ? oracle.Verdict(Guided) : "";
}
