using MaskUNet.Rewards;
using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>What <see cref="MaskStrategy.FinishInUnits"/> gives.</summary>
/// <param name="Latents">The sample that is decoded, [B, C, H/8, W/8]: a tensor of the run, or one in the unit's dispose scope.</param>
public sealed record FinishedSample(Tensor Latents)
{
    /// <summary>What rewards say of each picture, one an image of the batch; null (default) where none were asked.</summary>
    public IReadOnlyList<RewardComparison>? Comparisons { get; init; }

    /// <summary>What the caller should know, a sentence each, for <see cref="ImageResult.Warnings"/>; nothing by default.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
