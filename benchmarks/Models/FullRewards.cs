using MaskUNet.Benchmarks.Harness;
using MaskUNet.Prompting.Clip;
using MaskUNet.Rewards;
using MaskUNet.Rewards.Blip;
using MaskUNet.Rewards.Clip;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Benchmarks.Models;

/// <summary>The reward models that guide masks, at their real sizes with formula weights, and the pictures of 512 px that they score.</summary>
internal static class FullRewards
{
    private const int Size = 512;

    /// <summary>Of ImageReward's score of one picture and its gradient, counted as a plain implementation computes it (35 tokens, padding included).</summary>
    public static double ImageRewardGigaFlop { get; } = Arithmetic.WithGradient(
        Arithmetic.Transformer(layers: 24, width: 1024, mlp: 4096, tokens: 197)
        + Arithmetic.Transformer(layers: 12, width: 768, mlp: 3072, tokens: 35)
        + Arithmetic.CrossAttention(layers: 12, width: 768, tokens: 35, sourceWidth: 1024, sourceTokens: 197));

    /// <summary>Of HPSv2's; the prompt's features are computed once and do not count.</summary>
    public static double HpsGigaFlop { get; } = Arithmetic.WithGradient(Arithmetic.Transformer(layers: 32, width: 1280, mlp: 5120, tokens: 257));

    public static ImageRewardModel ImageRewardModel() => new(new ImageRewardConfig(), new FormulaWeights());

    public static ImageReward ImageReward() => new(ImageRewardModel());

    public static ClipModel HpsModel() => new(HpsV2.Config, new FormulaWeights());

    public static HpsV2 Hps() => new(HpsModel(), ClipTokenizer.Published(tokenization: ClipTokenization.OpenClip));

    /// <summary>The seconds of one score with its gradient in the pictures.</summary>
    public static double TimeGradient(IRewardModel reward, int batch)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var images = rand(batch, 3, Size, Size).requires_grad_();
        string[] prompts = [.. Enumerable.Repeat("a photo of a red apple and a green bench", batch)];
        var seconds = Stopwatches.Time(() => reward.Score(images, prompts).sum().backward());
        return images.grad is null ? throw new MaskUNetException("The pictures have no gradient.") : seconds;
    }
}
