using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>Layers in a row, each freeing what it was given, so that no more than one intermediate result is held.</summary>
internal static class TensorChain
{
    /// <summary>Feeds a tensor to the next layer and frees it. Recorded gradients keep what they need themselves.</summary>
    /// <param name="tensor">An intermediate result that nobody else uses.</param>
    /// <param name="next">The layer; its result must not be a view of <paramref name="tensor"/> under the same handle.</param>
    public static Tensor Then(this Tensor tensor, Func<Tensor, Tensor> next)
    {
        using (tensor)
        {
            return next(tensor);
        }
    }
}
