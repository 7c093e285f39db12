namespace MaskUNet.Tests.TestSupport;

/// <summary>A fact about Linux and macOS; skipped on Windows, by name.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = UnixOnly.SkipReason;
}

/// <summary>A theory about Linux and macOS; skipped on Windows, by name.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = UnixOnly.SkipReason;
}

internal static class UnixOnly
{
    public static string? SkipReason => OperatingSystem.IsWindows() ? "Windows has other file modes, and needs no such cache" : null;
}
