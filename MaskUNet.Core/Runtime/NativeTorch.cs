using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MaskUNet.Runtime;

/// <summary>
/// Loads TorchSharp's native library. On Linux distributions whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04) the library
/// does not load as it comes, though it needs nothing of the newer one; there this loads a copy that says so, from a folder of the user's
/// (<c>~/.local/share/MaskUNet/native</c>), or from a temporary one where that cannot be written.
/// </summary>
/// <remarks>
/// Runs by itself before MaskUNet first touches TorchSharp. A program that uses TorchSharp before it uses MaskUNet calls
/// <see cref="EnsureLoaded"/> first. Thread-safe.
/// </remarks>
public static class NativeTorch
{
    private const string LibraryFile = "libLibTorchSharp.so";
    private static readonly Lazy<NativeLibraryException?> Preparation = new(PrepareOlderLinux);
    private static readonly Lazy<NativeLibraryException?> Loading = new(() => Preparation.Value ?? LoadTorchSharp());

    /// <summary>Loads the native library, once a process.</summary>
    /// <exception cref="NativeLibraryException">The library is missing or cannot be loaded; the message says what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Loading.Value is { } failure)
        {
            throw new NativeLibraryException(failure.Message, failure);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp must find the library already loaded, whatever of this package is used first.")]
    internal static void Prepare() => _ = Preparation.Value;

    private static NativeLibraryException? PrepareOlderLinux()
    {
        ThreadPatience.Limit();
        if (!OperatingSystem.IsLinux() || RelaxedLibrary.IsUnneeded() || Find(LibraryFile) is not { } original)
        {
            return null;
        }

        try
        {
            NativeLibrary.Load(original);
            return null;
        }
        catch (DllNotFoundException e) when (!e.Message.Contains(RelaxedLibrary.Version, StringComparison.Ordinal))
        {
            return NativeLibraryFailure.Explain(original, e);
        }
        catch (DllNotFoundException)
        {
            return LoadRelaxed(original);
        }
    }

    [SuppressMessage("Interoperability", "CA1416", Justification = "Called on Linux only.")]
    private static NativeLibraryException? LoadRelaxed(string original)
    {
        try
        {
            // The copy lies elsewhere, where its own search path finds none of these.
            foreach (var dependency in ((string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"]).Select(Find).OfType<string>())
            {
                NativeLibrary.Load(dependency);
            }

            RelaxedLibrary.Load(original, NativeCache.UserFolder());
            return null;
        }
        catch (DllNotFoundException e)
        {
            return NativeLibraryFailure.Explain(original, e);
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return NativeLibraryFailure.Explain(
                original, new DllNotFoundException($"version `{RelaxedLibrary.Version}' not found, and no relaxed copy can be made: {e.Message}", e));
        }
    }

    private static NativeLibraryException? LoadTorchSharp()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException or BadImageFormatException or InvalidOperationException)
        {
            return NativeLibraryFailure.Explain("TorchSharp's native library", e is TypeInitializationException { InnerException: { } cause } ? cause : e);
        }
    }

    private static string? Find(string file)
    {
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
