using MaskUNet.Runtime;

namespace MaskUNet.Tests.Runtime;

/// <summary>A fact about Linux systems where TorchSharp's library does not load as it comes; skipped elsewhere, by name.</summary>
public sealed class OlderLibstdcxxFactAttribute : FactAttribute
{
    public OlderLibstdcxxFactAttribute() =>
        Skip = OperatingSystem.IsLinux() && !RelaxedLibrary.IsUnneeded() ? null : "this system's libstdc++ is new enough: no copy is made";
}
