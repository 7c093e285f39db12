using System.Runtime.InteropServices;

namespace MaskUNet.Tests.Runtime;

/// <summary>A fact about Linux with glibc; skipped elsewhere, by name.</summary>
public sealed class GlibcFactAttribute : FactAttribute
{
    public GlibcFactAttribute() =>
        Skip = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out _) ? null : "this system has no glibc";
}
