using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Training;

/// <summary>What training makes of captioned pictures.</summary>
public static class CaptionedPictureExtensions
{
    /// <summary>Stacks pictures of one size, as encoders take them.</summary>
    /// <param name="pictures">At least one.</param>
    /// <returns>[B, 3, H, W], float32 in [-1, 1] on the CPU; the caller owns it.</returns>
    /// <exception cref="InvalidOptionException">There is no picture, or the sizes differ.</exception>
    public static Tensor ToTensor(this IReadOnlyList<CaptionedPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var sizes = pictures.Select(picture => $"{picture.Picture.Width} x {picture.Picture.Height}").Distinct().ToArray();
        if (sizes.Length != 1)
        {
            throw new InvalidOptionException(sizes.Length == 0
                ? "No pictures make no batch; read at least one."
                : $"A batch holds pictures of one size, not {sizes[0]} and {sizes[1]}; read them with a {nameof(PicturePreparation)}.");
        }

        using var scope = NewDisposeScope();
        return cat([.. pictures.Select(picture => picture.Picture.ToTensor())]).MoveToOuterDisposeScope();
    }
}
