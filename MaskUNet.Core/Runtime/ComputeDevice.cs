using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Runtime;

/// <summary>Turns the text of an option into a device that is there.</summary>
public static class ComputeDevice
{
    /// <summary>Finds a device.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:N</c>, or null for the CPU. Case does not matter.</param>
    /// <returns>The device, with its native library loaded.</returns>
    /// <exception cref="InvalidOptionException">The name is none of these, or there is no such device.</exception>
    /// <exception cref="NativeLibraryException">TorchSharp's native library is missing or cannot be loaded.</exception>
    public static Device Parse(string? name)
    {
        var (kind, number) = Split(name ?? "cpu");
        NativeTorch.EnsureLoaded();
        if (kind == DeviceType.CPU)
        {
            return CPU;
        }

        var count = CudaDeviceCount();
        if (count == 0)
        {
            throw new InvalidOptionException(
                $"the device '{name}' is not there: no CUDA device can be used. It takes an NVIDIA GPU with its driver, and the package TorchSharp-cuda-linux "
                + "or TorchSharp-cuda-windows in the program's project instead of a libtorch-cpu package. The device 'cpu' always works.");
        }

        return number < count
            ? new Device(DeviceType.CUDA, number)
            : throw new InvalidOptionException($"the device '{name}' is not there: this machine has {count} CUDA device(s), cuda:0 to cuda:{count - 1}");
    }

    private static (DeviceType Kind, int Number) Split(string name)
    {
        var parts = name.ToLowerInvariant().Split(':');
        return parts switch
        {
            ["cpu"] => (DeviceType.CPU, 0),
            ["cuda"] => (DeviceType.CUDA, 0),
            ["cuda", var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (DeviceType.CUDA, number),
            _ => throw new InvalidOptionException($"'{name}' is not a device: use cpu, cuda or cuda:0, cuda:1, ..."),
        };
    }

    private static int CudaDeviceCount()
    {
        try
        {
            return cuda.is_available() ? cuda.device_count() : 0;
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException)
        {
            return 0; // the backend without CUDA
        }
    }
}
