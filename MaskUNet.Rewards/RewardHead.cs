using MaskUNet.Checkpoints;
using MaskUNet.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>
/// Features to one number, as LAION's aesthetic predictor and ImageReward have it: five linear layers, with nothing but dropout between them,
/// so in use an affine map.
/// </summary>
internal sealed class RewardHead
{
    // Between them lay dropouts.
    private static readonly int[] Indices = [0, 2, 4, 6, 7];
    private static readonly int[] Widths = [1024, 128, 64, 16, 1];

    private readonly Linear[] layers;

    /// <summary>Takes the weights.</summary>
    /// <param name="scope">The scope that holds <c>layers</c>.</param>
    /// <param name="width">D.</param>
    public RewardHead(WeightScope scope, int width) =>
        layers = [.. Indices.Select((index, i) => new Linear(scope["layers"][index], i == 0 ? width : Widths[i - 1], Widths[i]))];

    /// <param name="features">[B, D].</param>
    /// <returns>[B].</returns>
    public Tensor Forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        return layers.Aggregate(features, (hidden, layer) => layer.Forward(hidden)).squeeze(-1).MoveToOuterDisposeScope();
    }
}
