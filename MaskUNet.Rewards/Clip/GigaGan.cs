using MaskUNet.Images;
using MaskUNet.Prompting.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>What GigaGAN's evaluation does to prompts and pictures before CLIP sees them.</summary>
internal static class GigaGan
{
    private const string Prefix = "A photo depicts ";
    private const int Size = 256;

    /// <summary>The ids of a prompt with the prefix's put in after the start; whatever no longer fits is cut, and the last id ends the text.</summary>
    public static IReadOnlyList<long> Tokenize(ClipTokenizer tokenizer, string prompt)
    {
        var plain = tokenizer.EncodePadded(prompt).Ids;
        var prefix = tokenizer.Encode(Prefix).Skip(1).SkipLast(1).Select(id => (long)id);
        long[] ids = [.. plain.Take(1).Concat(prefix).Concat(plain.Skip(1)).Take(plain.Count)];
        ids[^1] = ids[^1] == tokenizer.PadId ? tokenizer.PadId : tokenizer.EndId;
        return ids;
    }

    /// <summary>The middle square at 256 x 256 pixels.</summary>
    public static RgbImage Square(RgbImage image)
    {
        var side = Math.Min(image.Width, image.Height);
        return image.Crop(Offset(image.Width, side), Offset(image.Height, side), side, side).Resize(Size, Size);
    }

    /// <summary>The middle square at 256 x 256 pixels, with the loss of the way from bytes to [-1, 1] and back.</summary>
    public static RgbImage Prepare(RgbImage image) => new([.. Square(image).Pixels.ToArray().Select(RoundTrip)], Size, Size);

    /// <summary>The middle square at 256 x 256 pixels, differentiably, so without bytes.</summary>
    /// <param name="images">[B, 3, H, W].</param>
    public static Tensor Prepare(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (images.shape[2], images.shape[3]);
        var side = (int)Math.Min(height, width);
        var square = images.narrow(2, Offset((int)height, side), side).narrow(3, Offset((int)width, side), side);
        var axis = new ResizeAxis(side, Size);
        return TensorResize.Apply(square, axis, axis, ResizeFilter.Lanczos).MoveToOuterDisposeScope();
    }

    /// <summary>What becomes of a byte: the way back truncates, so 1 to 63 lose 1. In single precision, as there.</summary>
    public static byte RoundTrip(byte value) => (byte)(((((value / 255f) - 0.5f) / 0.5f) + 1) * 127.5f);

    private static int Offset(int full, int side) => CentreCrop.Offset(full, side, CropRounding.HalfToEven);
}
