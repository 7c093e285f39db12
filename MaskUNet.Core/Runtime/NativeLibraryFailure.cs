using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace MaskUNet.Runtime;

/// <summary>Puts into words why TorchSharp's native library does not load, and what to do.</summary>
internal static partial class NativeLibraryFailure
{
    /// <summary>The libtorch that TorchSharp is built against.</summary>
    public const string LibtorchVersion = "2.10.0";

    /// <summary>The package with the CPU build of libtorch for this platform.</summary>
    public static string CpuPackage =>
        $"libtorch-cpu-{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    public static NativeLibraryException Explain(string library, Exception cause)
    {
        var reason = cause.Message;
        if (MissingVersion().Match(reason) is { Success: true } match)
        {
            var version = match.Groups["version"].Value;
            var remedy = version.StartsWith("GLIBC_", StringComparison.Ordinal)
                ? "Use a newer distribution (Debian 12, Ubuntu 22.04 or later): the C library cannot be replaced alone."
                : "Use a newer distribution (Ubuntu 24.04, Debian 13 or later), or install its newer libstdc++6.";
            return new NativeLibraryException($"{library} needs {version}, which this system does not have. {remedy}", cause);
        }

        if (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
        {
            return new NativeLibraryException($"{library} cannot be loaded: libtorch needs glibc, and this system (Alpine) has musl. Use a distribution with glibc.", cause);
        }

        if (MissingLibtorch().IsMatch(reason))
        {
            return new NativeLibraryException(
                $"{library} cannot be loaded: the program brings no libtorch. Add the package {CpuPackage} {LibtorchVersion} to the program's project "
                + "(TorchSharp-cuda-linux or TorchSharp-cuda-windows for a GPU); within the MaskUNet repository set the MSBuild property MaskUNetBackend "
                + "to cpu, cuda-linux or cuda-windows.",
                cause);
        }

        return new NativeLibraryException(
            $"{library} cannot be loaded: {InOneLine(reason)}. Restore the packages TorchSharp and {CpuPackage} {LibtorchVersion} anew"
            + (OperatingSystem.IsWindows() ? ", and install the Visual C++ 2022 runtime." : "."),
            cause);
    }

    // .NET's message ends its first line with a colon and goes on with the system's own; a C++ message goes on with a stack trace.
    private static string InOneLine(string reason)
    {
        var lines = reason.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 && lines[0].EndsWith(':') ? lines[1] : lines.FirstOrDefault("no reason is given");
    }

    // The words of glibc's dynamic loader.
    [GeneratedRegex("version `(?<version>[A-Z]+_[0-9.]+)' not found")]
    private static partial Regex MissingVersion();

    // The words of the loaders (Linux, macOS) about libtorch's own files, and of TorchSharp.
    [GeneratedRegex(@"lib(torch|torch_cpu|c10)\.(so|dylib): cannot open|lib(torch|torch_cpu|c10)\.dylib.*no such file|contain a reference to libtorch|package version .* is not restored", RegexOptions.IgnoreCase)]
    private static partial Regex MissingLibtorch();
}
