using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Rewards.Clip;

/// <summary>Pictures as CLIP's vision tower takes them.</summary>
public static class ClipPixels
{
    private static readonly double[] Mean = [0.48145466, 0.4578275, 0.40821073];
    private static readonly double[] Deviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Takes off the mean and divides by the deviation of CLIP's training pictures, a channel each.</summary>
    /// <param name="images">[B, 3, H, W] in [0, 1].</param>
    /// <returns>Of the same shape; the caller owns it.</returns>
    public static Tensor Normalize(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ((images - Channels(Mean)) / Channels(Deviation)).MoveToOuterDisposeScope();

        Tensor Channels(double[] values) => tensor(values, [1, 3, 1, 1], images.dtype, images.device);
    }
}
