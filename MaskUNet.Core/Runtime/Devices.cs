using static TorchSharp.torch;

namespace MaskUNet.Runtime;

internal static class Devices
{
    public static Device Parse(string? name) => new(name ?? "cpu");
}
