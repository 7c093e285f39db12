using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.TestSupport;

/// <summary>The part of a large tensor that was recorded, as the fixtures describe it: <c>[:, :, ::7, ::7]</c>.</summary>
internal static class RecordedSlice
{
    /// <summary>The part; all of the tensor where nothing is described.</summary>
    public static Tensor Slice(this Tensor whole, string? description) => whole[
    [
        .. (description?.Trim('[', ']').Split(',') ?? []).Select(part => part.Split(':') is [.., { Length: > 0 } step]
            ? TensorIndex.Slice(step: long.Parse(step, CultureInfo.InvariantCulture))
            : TensorIndex.Slice()),
        TensorIndex.Ellipsis,
    ]];
}
