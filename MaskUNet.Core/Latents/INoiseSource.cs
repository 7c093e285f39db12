using static TorchSharp.torch;

namespace MaskUNet.Latents;

/// <summary>Where standard normal noise comes from, in the order in which a run draws it.</summary>
/// <remarks>For one run and one thread.</remarks>
public interface INoiseSource
{
    /// <summary>Draws standard normal noise in float32 on the CPU, as PyTorch's CPU generator does, and moves it.</summary>
    /// <param name="shape">The shape, batch first.</param>
    /// <param name="dataType">The type to convert to.</param>
    /// <param name="device">The device to move to.</param>
    /// <returns>A tensor that the caller owns.</returns>
    Tensor Draw(ReadOnlySpan<long> shape, ScalarType dataType, Device device);
}
