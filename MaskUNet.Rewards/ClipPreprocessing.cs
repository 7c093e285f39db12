using MaskUNet.Images;
using MaskUNet.Rewards.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards;

/// <summary>
/// How CLIP and its relatives are given pictures: bicubic, the shorter side at the model's size, the middle square, CLIP's mean and deviation.
/// </summary>
/// <param name="size">S, the model's size.</param>
/// <param name="rounding">Where the middle lies.</param>
internal sealed class ClipPreprocessing(int size, CropRounding rounding = CropRounding.HalfToEven)
{
    /// <summary>Pictures as tensors, differentiably: what torchvision makes of tensors.</summary>
    /// <param name="images">[B, 3, H, W] in [0, 1], float32 or float64.</param>
    /// <returns>[B, 3, S, S].</returns>
    public Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (height, width) = CentreCrop.Axes((int)images.shape[2], (int)images.shape[3], size, rounding);
        return ClipPixels.Normalize(TensorResize.Apply(images, height, width, ResizeFilter.Bicubic)).MoveToOuterDisposeScope();
    }

    /// <summary>A picture of bytes, with Pillow's numbers.</summary>
    /// <returns>[1, 3, S, S], float32 on the CPU.</returns>
    public Tensor Apply(RgbImage image)
    {
        using var scope = NewDisposeScope();
        var (height, width) = CentreCrop.Axes(image.Height, image.Width, size, rounding);
        var cropped = image.Resize(width.To, height.To, ResizeFilter.Bicubic).Crop(width.First, height.First, size, size);
        return ClipPixels.Normalize(cropped.ToUnitTensor()).MoveToOuterDisposeScope();
    }
}
