using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Images;

/// <summary>One direction of a resize and the crop after it.</summary>
/// <param name="From">The size before.</param>
/// <param name="To">The size after the resize.</param>
/// <param name="First">The first pixel that the crop keeps.</param>
/// <param name="Count">How many it keeps.</param>
internal readonly record struct ResizeAxis(int From, int To, int First, int Count)
{
    /// <summary>A resize without a crop.</summary>
    public ResizeAxis(int from, int to)
        : this(from, to, 0, to)
    {
    }

    /// <summary>The direction as a matrix, [Count, From], of another tensor's type and on its device.</summary>
    public Tensor Matrix(ResizeFilter filter, Tensor like)
    {
        var values = new double[Count * From];
        for (var row = 0; row < Count; row++)
        {
            var (first, weights) = ResizeWeights.Of(filter, From, To, First + row);
            weights.CopyTo(values, (row * From) + first);
        }

        using var scope = NewDisposeScope();
        return tensor(values, [Count, From]).to(like.dtype, like.device).MoveToOuterDisposeScope();
    }
}
