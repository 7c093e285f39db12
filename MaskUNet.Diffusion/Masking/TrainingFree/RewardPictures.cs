using MaskUNet.Images;
using MaskUNet.Latents;
using MaskUNet.Rewards;
using MaskUNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>Clean samples as the rewards see them, and how the rewards change with the samples.</summary>
/// <param name="decoder">What decodes.</param>
/// <param name="size">The shorter side in pixels, or null for the sample's own.</param>
/// <param name="rewards">The rewards.</param>
internal sealed class RewardPictures(ILatentDecoder decoder, int? size, RewardSum rewards)
{
    /// <summary>Their side as a share of the samples' own pictures'; 1 or more for no smaller ones.</summary>
    /// <param name="original">Samples, [B, C, h, w].</param>
    public double Factor(Tensor original) =>
        size is { } pixels ? (double)pixels / (decoder.DownscaleFactor * Math.Min(original.shape[2], original.shape[3])) : 1;

    /// <summary>Scores without gradients.</summary>
    /// <param name="original">Clean samples, [B, C, h, w].</param>
    /// <param name="prompts">One prompt a sample.</param>
    /// <param name="cancellation">Looked at between the decoder's stages.</param>
    public IReadOnlyList<RewardReport> Score(Tensor original, IReadOnlyList<string> prompts, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var image = original.alias();
        foreach (var stage in Stages)
        {
            cancellation.ThrowIfCancellationRequested();
            image = image.Then(stage);
        }

        return rewards.Score(image, prompts);
    }

    /// <summary>Scores, and gives the gradient of the mean loss by the samples.</summary>
    /// <param name="original">Clean samples, [B, C, h, w].</param>
    /// <param name="prompts">One prompt a sample.</param>
    /// <param name="cancellation">Looked at between the decoder's stages and the rewards.</param>
    /// <returns>The reports, and a gradient of the samples' shape in the caller's dispose scope.</returns>
    public (IReadOnlyList<RewardReport> Reports, Tensor Gradient) Differentiate(Tensor original, IReadOnlyList<string> prompts, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var largeBlocks = NativeMemory.MapLargeBlocks();
        using var chain = new StagedChain(Stages, cancellation);
        var image = chain.Forward(original).requires_grad_();
        var reports = rewards.AddGradients(image, prompts, cancellation);
        return (reports, chain.Backward(image.grad!).MoveToOuterDisposeScope());
    }

    private IReadOnlyList<Func<Tensor, Tensor>> Stages => [Scale, .. decoder.Stages, UnitPixels.Of];

    // Latents have eight times fewer rows than pictures, so to make them smaller is to draw a smaller picture of the same thing.
    private Tensor Scale(Tensor original)
    {
        using var scope = NewDisposeScope();
        var (height, width, factor) = ((int)original.shape[2], (int)original.shape[3], Factor(original));
        var resized = factor < 1
            ? TensorResize.Apply(original, Axis(height, factor), Axis(width, factor), ResizeFilter.Bilinear)
            : original;
        return (resized / decoder.ScalingFactor).MoveToOuterDisposeScope();
    }

    private static ResizeAxis Axis(int from, double factor) => new(from, Math.Max(1, (int)Math.Round(from * factor)));
}
