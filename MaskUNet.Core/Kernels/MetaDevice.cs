using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Kernels;

/// <summary>The meta device, on which tensors have shapes but no values. libtorch lacks convolutions, norms and attention there.</summary>
internal static class MetaDevice
{
    /// <summary>True where an operation runs there, so that its result is a shape.</summary>
    /// <param name="input">The operation's input.</param>
    /// <param name="others">What else it works on; null for what it does not have.</param>
    /// <exception cref="MaskUNetException">Only some of them are there: a tensor was left on another device.</exception>
    public static bool Holds(Tensor input, params ReadOnlySpan<Tensor?> others)
    {
        if (input.device_type != DeviceType.META)
        {
            return false;
        }

        foreach (var other in others)
        {
            if (other is not null && other.device_type != DeviceType.META)
            {
                throw new MaskUNetException($"A tensor [{string.Join(", ", other.shape)}] lies on {other.device}, but its module on {input.device}.");
            }
        }

        return true;
    }
}
