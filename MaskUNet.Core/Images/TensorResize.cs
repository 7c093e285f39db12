using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Images;

/// <summary>
/// Differentiable resizing of tensors: the numbers of PyTorch's antialiased interpolation (and of Pillow without its rounding) as two
/// matrix products. Values are not clipped, so bicubic ones may leave their range.
/// </summary>
internal static class TensorResize
{
    /// <summary>Resizes pictures and crops them.</summary>
    /// <param name="images">[B, C, H, W]; it stays the caller's.</param>
    /// <param name="height">What becomes of H.</param>
    /// <param name="width">What becomes of W.</param>
    /// <param name="filter">How pixels are weighted.</param>
    /// <returns>[B, C, height, width].</returns>
    public static Tensor Apply(Tensor images, ResizeAxis height, ResizeAxis width, ResizeFilter filter)
    {
        using var scope = NewDisposeScope();
        var tall = height.From == height.To
            ? images.narrow(2, height.First, height.Count)
            : height.Matrix(filter, images).matmul(images);
        var wide = width.From == width.To
            ? tall.narrow(3, width.First, width.Count)
            : tall.matmul(width.Matrix(filter, images).t());
        return wide.MoveToOuterDisposeScope();
    }
}
