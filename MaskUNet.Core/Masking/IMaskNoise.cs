using static TorchSharp.torch;

namespace MaskUNet.Masking;

/// <summary>The random numbers that masks are drawn with, of one run.</summary>
/// <remarks>For one run and its thread.</remarks>
public interface IMaskNoise : IDisposable
{
    /// <summary>Draws a layer's numbers, exponentially distributed with rate 1; Gumbel noise is -log of them.</summary>
    /// <param name="draw">What they are for. Layers ask in execution order.</param>
    /// <param name="shape">[out, in] for one mask of the whole batch, or [B, out, in] for one a sample.</param>
    /// <param name="device">Where they are put.</param>
    /// <returns>Positive float32 numbers in the caller's dispose scope.</returns>
    Tensor Exponential(MaskDraw draw, ReadOnlySpan<long> shape, Device device);
}
