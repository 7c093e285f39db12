using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Puts strips of rows together to [1, C, H, W], channels-last. The result belongs to the scope around the strips' own.</summary>
internal sealed class RowSink(long height)
{
    private Tensor? whole;

    public Tensor Result => whole ?? throw new InvalidOperationException("No strip was written.");

    public void Write(long first, Tensor strip)
    {
        whole ??= empty([1, height, strip.shape[3], strip.shape[1]], strip.dtype, strip.device).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        using var rows = whole.narrow(2, first, strip.shape[2]);
        rows.copy_(strip);
    }
}
