using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>A copy of latents in managed memory: nothing to dispose, and safe to keep.</summary>
/// <param name="Values">Row-major values.</param>
/// <param name="Shape">[B, C, H/8, W/8].</param>
public sealed record LatentSnapshot(ReadOnlyMemory<float> Values, IReadOnlyList<long> Shape)
{
    internal static LatentSnapshot Of(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(latents.detach().cpu().to(float32).contiguous().bytes).ToArray();
        return new LatentSnapshot(values, latents.shape);
    }
}
