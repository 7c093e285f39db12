using System.Runtime.CompilerServices;
using MaskUNet.Runtime;

namespace MaskUNet.Tests.TestSupport;

internal static class NativeLibraries
{
    // Tests touch TorchSharp before they touch the library.
    [ModuleInitializer]
    internal static void Load() => NativeTorch.EnsureLoaded();
}
