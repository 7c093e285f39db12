using System.Runtime.InteropServices;
using MaskUNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>A copy of latents in managed memory: nothing to dispose, and safe to keep.</summary>
/// <param name="Values">Row-major values.</param>
/// <param name="Shape">[B, C, H/8, W/8].</param>
public sealed record LatentSnapshot(ReadOnlyMemory<float> Values, IReadOnlyList<long> Shape)
{
    /// <summary>A rough picture without a decoder (<see cref="LatentPreview"/>); on any thread, in about a millisecond.</summary>
    /// <param name="image">Which image of the batch, from 0.</param>
    /// <param name="scale">How many pixels a latent covers in each direction; 8 (default) gives the decoded picture's size.</param>
    /// <exception cref="InvalidOptionException">The values do not fit the shape, there is no such image, the latents are not of 4 channels, or the scale is below 1.</exception>
    /// <exception cref="NumericalException">A value is NaN.</exception>
    public RgbImage Preview(int image = 0, int scale = 8)
    {
        if (Shape.Count == 0 || Shape.Any(size => size < 0) || Shape.Aggregate(1.0, (count, size) => count * size) != Values.Length)
        {
            throw new InvalidOptionException($"Latents of {Values.Length} values cannot have the shape [{string.Join(", ", Shape)}]; [B, C, H/8, W/8] was expected.");
        }

        if (image < 0 || image >= Shape[0])
        {
            throw new InvalidOptionException($"There is no image {image} to preview: the batch has {Shape[0]}, counted from 0.");
        }

        var size = Values.Length / (int)Shape[0];
        return LatentPreview.Render(Values.Span.Slice(image * size, size), [.. Shape.Skip(1)], scale);
    }

    internal static LatentSnapshot Of(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(latents.detach().cpu().to(float32).contiguous().bytes).ToArray();
        return new LatentSnapshot(values, latents.shape);
    }
}
