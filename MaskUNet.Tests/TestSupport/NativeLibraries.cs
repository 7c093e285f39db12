using System.Runtime.CompilerServices;
using MaskUNet.Runtime;

namespace MaskUNet.Tests.TestSupport;

internal static class NativeLibraries
{
    // Tests touch TorchSharp before they touch the library. A failure is for the test that needs the native library, not for all.
    [ModuleInitializer]
    internal static void Load() => NativeTorch.Prepare();
}
