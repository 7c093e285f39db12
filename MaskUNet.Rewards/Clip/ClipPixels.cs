using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>Pictures as CLIP's vision tower takes them.</summary>
public static class ClipPixels
{
    private static readonly float[] Mean = [0.48145466f, 0.4578275f, 0.40821073f];
    private static readonly float[] Deviation = [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>Takes off the mean and divides by the deviation of CLIP's training pictures, a channel each.</summary>
    /// <param name="images">[B, 3, H, W] in [0, 1].</param>
    /// <returns>Of the same shape; the caller owns it.</returns>
    public static Tensor Normalize(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ((images - Channels(Mean)) / Channels(Deviation)).MoveToOuterDisposeScope();

        Tensor Channels(float[] values) => tensor(values, [1, 3, 1, 1], images.dtype, images.device);
    }
}
