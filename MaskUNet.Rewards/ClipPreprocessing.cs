using MaskUNet.Images;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>How CLIP and its relatives are given pictures: bicubic, square, with CLIP's mean and deviation.</summary>
internal sealed class ClipPreprocessing
{
    private readonly Func<int, int, (ResizeAxis Height, ResizeAxis Width)> axes;

    /// <summary>The shorter side at the model's size, then the middle square.</summary>
    /// <param name="size">S, the model's size.</param>
    /// <param name="rounding">Where the middle lies.</param>
    public ClipPreprocessing(int size, CropRounding rounding = CropRounding.HalfToEven)
        : this((height, width) => CentreCrop.Axes(height, width, size, rounding))
    {
    }

    private ClipPreprocessing(Func<int, int, (ResizeAxis Height, ResizeAxis Width)> axes) => this.axes = axes;

    /// <summary>Both sides at the model's size, whatever that does to the picture.</summary>
    public static ClipPreprocessing Squash(int size) => new((height, width) => (new ResizeAxis(height, size), new ResizeAxis(width, size)));

    /// <summary>Pictures as tensors, differentiably: what torchvision makes of tensors.</summary>
    /// <param name="images">[B, 3, H, W] in [0, 1], float32 or float64.</param>
    /// <returns>[B, 3, S, S].</returns>
    public Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (height, width) = axes((int)images.shape[2], (int)images.shape[3]);
        return ClipPixels.Normalize(TensorResize.Apply(images, height, width, ResizeFilter.Bicubic)).MoveToOuterDisposeScope();
    }

    /// <summary>A picture of bytes, with Pillow's numbers.</summary>
    /// <returns>[1, 3, S, S], float32 on the CPU.</returns>
    public Tensor Apply(RgbImage image)
    {
        using var scope = NewDisposeScope();
        var (height, width) = axes(image.Height, image.Width);
        var cropped = image.Resize(width.To, height.To, ResizeFilter.Bicubic).Crop(width.First, height.First, width.Count, height.Count);
        return ClipPixels.Normalize(cropped.ToUnitTensor()).MoveToOuterDisposeScope();
    }
}
